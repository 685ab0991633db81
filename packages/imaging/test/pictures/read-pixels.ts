import sharp from "sharp";

export type Colour = readonly [red: number, green: number, blue: number, alpha: number];

/** Decodes the stored pixels of a picture, with alpha; its profile is not applied. */
export async function readPixels(file: Uint8Array) {
  const { data, info } = await sharp(file, { ignoreIcc: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): Colour => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(4 * (y * info.width + x));
    return [red, green, blue, alpha];
  };
  return { width: info.width, height: info.height, data, at };
}

/** Returns the largest difference between two colours over their channels. */
export function colourDistance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, channel) => Math.abs(value - (b[channel] ?? 0))));
}
