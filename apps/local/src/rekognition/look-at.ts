/** The features of a picture that labels are derived from: its size, mean colour and deviation from it (levels of 255). */
export interface Sight {
  width: number;
  height: number;
  colour: readonly [red: number, green: number, blue: number];
  spread: number;
}

/** The first bytes of the formats that Rekognition accepts. */
const SIGNATURES = [Buffer.from([0xff, 0xd8, 0xff]), Buffer.from("\x89PNG", "latin1")];

/** The colour is measured in a picture of at most this side: its decoder then makes no more pixels than are needed. */
const MEASURED_SIDE = 256;

/** Looks at a picture; returns undefined if it is not a valid JPEG or PNG. */
type Look = (picture: Buffer) => Promise<Sight | undefined>;

/** Returns a look that keeps its last answer: labels and moderation of a picture are asked for at the same time. */
export function keepingLook(look: Look = lookAt): Look {
  let last: { picture: Buffer; seen: ReturnType<Look> } | undefined;
  return (picture) => {
    if (!last?.picture.equals(picture)) last = { picture, seen: look(picture) };
    return last.seen;
  };
}

async function lookAt(picture: Buffer): Promise<Sight | undefined> {
  if (!SIGNATURES.some((signature) => picture.subarray(0, signature.length).equals(signature)))
    return undefined;
  const { default: sharp } = await import("sharp");
  const side = { width: MEASURED_SIDE, height: MEASURED_SIDE, fit: "inside" } as const;
  try {
    const { width, height } = await sharp(picture).metadata();
    const small = sharp(picture).resize({ ...side, withoutEnlargement: true });
    const pixels = await small.toColourspace("srgb").removeAlpha().raw().toBuffer();
    const channels = [0, 1, 2].map((offset) => measure(pixels, offset));
    const [red = 0, green = 0, blue = 0] = channels.map(({ mean }) => mean);
    return {
      width,
      height,
      colour: [red, green, blue],
      spread: Math.max(...channels.map((one) => one.spread)),
    };
  } catch {
    return undefined;
  }
}

/** Returns the mean of one of three channels, and the standard deviation from it. */
function measure(pixels: Uint8Array, offset: number): { mean: number; spread: number } {
  let sum = 0;
  let squares = 0;
  for (let index = offset; index < pixels.length; index += 3) {
    const level = pixels[index] ?? 0;
    sum += level;
    squares += level * level;
  }
  const count = pixels.length / 3;
  const mean = sum / count;
  return { mean, spread: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}
