import type { Facts } from "@image-pipeline/schema";
import { rgbaToThumbHash } from "thumbhash";
import { dominantColour } from "./dominant-colour.ts";
import { perceptualHash } from "./perceptual-hash.ts";
import { open, type Pixels, resize, toPixels } from "./pixels.ts";
import { type Size, scaleSize } from "./size.ts";
import type { TimeBudget } from "./time-budget.ts";

/** ThumbHash takes no side longer than this, in pixels. */
const THUMBHASH_SIDE = 100;

/**
 * Derives the placeholder, the dominant colour and the perceptual hash from the smallest pixels at hand.
 *
 * @param pixels the whole picture at any size, never a crop of it
 * @param picture the picture's displayed size, for its shape
 */
export async function describePixels(
  pixels: Pixels,
  picture: Size,
  budget: TimeBudget,
): Promise<Pick<Facts, "thumbhash" | "dominantColour" | "perceptualHash">> {
  const size = scaleSize(picture, Math.min(1, THUMBHASH_SIDE / Math.max(picture.width, picture.height)));
  const small = await resize(pixels, size, budget);
  const { data } = await toPixels(open(small).ensureAlpha(), budget);
  return {
    thumbhash: Buffer.from(rgbaToThumbHash(size.width, size.height, data)).toString("base64"),
    dominantColour: dominantColour(data),
    perceptualHash: await perceptualHash(small, budget),
  };
}
