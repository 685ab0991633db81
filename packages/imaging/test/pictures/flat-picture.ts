import sharp, { type Sharp } from "sharp";

/** Returns a flat picture with as many channels as the colour: grey or RGB, with alpha or without. */
export function flatPicture(
  colour: readonly number[],
  { width, height }: { width: number; height: number },
): Sharp {
  const data = Buffer.from(Array.from({ length: width * height }, () => colour).flat());
  const channels = colour.length === 1 ? 1 : colour.length === 2 ? 2 : colour.length === 4 ? 4 : 3;
  const picture = sharp(data, { raw: { width, height, channels } });
  return channels < 3 ? picture.toColourspace("b-w") : picture;
}
