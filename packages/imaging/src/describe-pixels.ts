import type { Facts } from "@image-pipeline/schema/manifest";
import { rgbaToThumbHash } from "thumbhash";
import { averageCells } from "./average-cells.ts";
import { dominantColour } from "./dominant-colour.ts";
import { perceptualHash } from "./perceptual-hash.ts";
import { open, type Pixels, toPixels } from "./pixels.ts";
import { type Size, scaleSize } from "./size.ts";
import type { TimeBudget } from "./time-budget.ts";

/** The facts that come from a picture's pixels, in any size. */
export type PixelFacts = Pick<Facts, "thumbhash" | "dominantColour" | "perceptualHash">;

/** Longer side of the sample in pixels: three times as many as ThumbHash keeps, few enough for loops that V8 has not compiled. */
const SAMPLE_SIDE = 24;
/** Longest side, in pixels, of which an average takes less time than one operation of libvips. */
const READILY_AVERAGED = 256;

/**
 * Derives the placeholder, the dominant colour and the perceptual hash. Few pixels are enough, and faster.
 *
 * @param pixels the whole picture in sRGB at any size, never a crop of it
 * @param picture the picture's displayed size, for its shape
 */
export async function describePixels(pixels: Pixels, picture: Size, budget: TimeBudget): Promise<PixelFacts> {
  const { width, height } = scaleSize(
    picture,
    Math.min(1, SAMPLE_SIDE / Math.max(picture.width, picture.height)),
  );
  const few = await fewPixels(pixels, budget);
  const sample = averageCells(few, { width, height });
  return {
    thumbhash: Buffer.from(rgbaToThumbHash(width, height, sample)).toString("base64"),
    dominantColour: dominantColour(sample),
    perceptualHash: perceptualHash(few),
  };
}

/** Returns the picture small enough for averages, in red, green and blue, with alpha or without. */
async function fewPixels(pixels: Pixels, budget: TimeBudget): Promise<Pixels> {
  const isReady = pixels.channels > 2 && Math.max(pixels.width, pixels.height) <= READILY_AVERAGED;
  if (isReady) return pixels;
  const [width, height] = [pixels.width, pixels.height].map((side) => Math.min(side, READILY_AVERAGED));
  return toPixels(open(pixels).resize({ width, height, fit: "fill" }).toColourspace("srgb"), budget);
}
