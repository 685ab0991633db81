import type { Facts } from "@image-pipeline/schema";
import { rgbaToThumbHash } from "thumbhash";
import { dominantColour } from "./dominant-colour.ts";
import { perceptualHash } from "./perceptual-hash.ts";
import { open, type Pixels, toPixels } from "./pixels.ts";
import { type Size, scaleSize } from "./size.ts";
import type { TimeBudget } from "./time-budget.ts";

/** In pixels: more than three times what ThumbHash keeps, and quickly gone through even before V8 has compiled the loops. */
const SAMPLE_SIDE = 24;

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
  const { width, height } = scaleSize(
    picture,
    Math.min(1, SAMPLE_SIDE / Math.max(picture.width, picture.height)),
  );
  const sample = open(pixels).resize({ width, height, fit: "fill" }).ensureAlpha();
  const { data } = await toPixels(sample, budget);
  return {
    thumbhash: Buffer.from(rgbaToThumbHash(width, height, data)).toString("base64"),
    dominantColour: dominantColour(data),
    perceptualHash: await perceptualHash(pixels, budget),
  };
}
