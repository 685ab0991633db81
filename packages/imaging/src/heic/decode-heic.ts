import type { Limits } from "@image-pipeline/schema/config";
import { corruptImage, ImageRejection } from "../image-rejection.ts";
import { open, type Pixels, toPixels } from "../pixels.ts";
import type { Size } from "../size.ts";
import type { TimeBudget } from "../time-budget.ts";
import { displayedSize, type HeicPicture, readHeicPicture, type Transform, unitsOf } from "./heic-picture.ts";
import { HevcError, hevcDecoder } from "./hevc-decoder.ts";
import { writeRgb } from "./ycbcr-to-rgb.ts";

/**
 * Decodes the primary picture of a HEIC file, upright, at least at a size: tile after tile into one buffer, reduced to a half or a
 * quarter on the way if that is large enough.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE`, `TOO_MANY_PIXELS`, `RENDER_TIMEOUT`
 */
export async function decodeHeic(
  file: Uint8Array,
  size: Size,
  { limits, budget }: { limits: Limits; budget: TimeBudget },
): Promise<Pixels> {
  const picture = readHeicPicture(Buffer.from(file.buffer, file.byteOffset, file.byteLength), limits);
  const shrink = shrinkFor(picture, size);
  let pixels = await decodeTiles(picture, shrink, { limits, budget });
  for (const transform of picture.transforms) pixels = await apply(transform, { pixels, shrink, budget });
  return pixels;
}

/** Returns how many samples a side make one pixel. A crop is exact only at the full size. */
function shrinkFor(picture: HeicPicture, size: Size): number {
  const full = displayedSize(picture);
  const [width, height] = [picture.tile.width, picture.tile.height];
  const isPossible = (shrink: number) =>
    full.width >= shrink * size.width &&
    full.height >= shrink * size.height &&
    (picture.tiles.length === 1 || (width % shrink === 0 && height % shrink === 0)) &&
    picture.transforms.every((one) => one.kind !== "crop" || isMultiple(one, shrink));
  return [4, 2].find(isPossible) ?? 1;
}

function isMultiple({ left, top, width, height }: Extract<Transform, { kind: "crop" }>, of: number): boolean {
  return [left, top, width, height].every((value) => value % of === 0);
}

async function decodeTiles(
  picture: HeicPicture,
  shrink: number,
  { limits, budget }: { limits: Limits; budget: TimeBudget },
): Promise<Pixels> {
  const { stored, tile, columns, tiles } = picture;
  const [width, height] = [Math.ceil(stored.width / shrink), Math.ceil(stored.height / shrink)];
  const target: Pixels = { data: Buffer.alloc(3 * width * height), width, height, channels: 3 };
  const decoder = await hevcDecoder(limits.maxDecodeMemoryBytes);
  for (const [index, item] of tiles.entries()) {
    budget.secondsLeft();
    const left = ((index % columns) * tile.width) / shrink;
    const top = (Math.floor(index / columns) * tile.height) / shrink;
    if (left >= width || top >= height) continue;
    try {
      decoder.decode(unitsOf(item), (decoded) => {
        const coding = picture.codes ?? decoded;
        writeRgb(decoded, coding, { target, left, top, shrink });
      });
    } catch (error) {
      if (error instanceof HevcError) throw corruptImage("heic", "is damaged or cut short", error);
      throw error;
    }
  }
  return target;
}

/** Makes one change to the pixels; a crop is in pixels of the full size. */
async function apply(
  transform: Transform,
  { pixels, shrink, budget }: { pixels: Pixels; shrink: number; budget: TimeBudget },
): Promise<Pixels> {
  if (transform.kind === "mirror")
    return toPixels(
      transform.exchanges === "top and bottom" ? open(pixels).flip() : open(pixels).flop(),
      budget,
    );
  if (transform.kind === "rotate") {
    const clockwise = (360 - transform.anticlockwise) % 360;
    return clockwise === 0 ? pixels : toPixels(open(pixels).rotate(clockwise), budget);
  }
  const [left, top, width, height] = [transform.left, transform.top, transform.width, transform.height].map(
    (value) => value / shrink,
  );
  if (left === undefined || top === undefined || !width || !height)
    throw new ImageRejection("CORRUPT_IMAGE", "The heic picture has an empty crop.");
  return toPixels(open(pixels).extract({ left, top, width, height }), budget);
}
