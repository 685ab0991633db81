/** The features of a picture that labels are derived from: its size, mean colour and deviation from it (levels of 255). */
export interface Sight {
  width: number;
  height: number;
  colour: readonly [red: number, green: number, blue: number];
  spread: number;
}

/** The first bytes of the formats that Rekognition accepts. */
const SIGNATURES = [Buffer.from([0xff, 0xd8, 0xff]), Buffer.from("\x89PNG", "latin1")];

/** Measures a picture; returns undefined if it is not a valid JPEG or PNG. */
export async function lookAt(picture: Buffer): Promise<Sight | undefined> {
  if (!SIGNATURES.some((signature) => picture.subarray(0, signature.length).equals(signature)))
    return undefined;
  const { default: sharp } = await import("sharp");
  try {
    const decoded = sharp(picture).toColourspace("srgb").removeAlpha();
    const [{ width, height }, { channels }] = await Promise.all([decoded.metadata(), decoded.stats()]);
    const [red = 0, green = 0, blue = 0] = channels.map(({ mean }) => mean);
    const spread = Math.max(...channels.map(({ stdev }) => stdev));
    return { width, height, colour: [red, green, blue], spread };
  } catch {
    return undefined;
  }
}
