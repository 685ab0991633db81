import type { Limits, Output } from "@image-pipeline/schema/config";
import { type EncodedRendition, encodeRendition } from "./encode-rendition.ts";
import { sharp } from "./engine.ts";
import { FORMATS } from "./formats/formats.ts";
import { placeFrame } from "./frame-pixels.ts";
import { corruptImage, ImageRejection } from "./image-rejection.ts";
import { type Pixels, resize } from "./pixels.ts";
import type { RenditionPlan } from "./plan-renditions.ts";
import { finish, finishingSteps } from "./preset-options.ts";
import { PrivacyError } from "./prove-private.ts";
import type { Header } from "./read-header.ts";
import type { TimeBudget } from "./time-budget.ts";

/** Returns the frames of a source that an output gets: the first, all, or none of a still picture. */
export function framesOf(output: Output, isAnimated: boolean): "first" | "all" | "none" {
  const wish = "animated" in output ? output.animated : "first-frame";
  if (wish === "first-frame") return "first";
  return isAnimated ? "all" : wish === "only" ? "none" : "first";
}

/** Returns true if the frames are rendered as an animation. Frames are never rotated: a rotated animation gets one frame. */
export function isAnimated({ animation, orientation }: Header): boolean {
  return animation !== undefined && orientation === 1;
}

/**
 * Renders every frame from the source, one after another, so that they are never all in memory at once.
 *
 * @param first the first frame; a crop by content has the place of its crop in all frames
 * @throws {ImageRejection} `CORRUPT_IMAGE`, `RENDER_TIMEOUT`
 */
export async function renderAnimation(
  source: Uint8Array,
  plan: RenditionPlan,
  { first, header, limits, budget }: { first: Pixels; header: Header; limits: Limits; budget: TimeBudget },
): Promise<EncodedRendition> {
  const corner = await placeFrame(await resize(first, plan.scaled, budget), plan, budget);
  const frames = sharp(source, {
    failOn: "warning",
    limitInputPixels: limits.maxTotalPixels,
    animated: true,
  });
  const scaled = frames.resize({ ...plan.scaled, fit: "fill" });
  const finished = finish(scaled, finishingSteps(plan, corner));
  try {
    return await encodeRendition(finished, plan, {
      budget,
      keepsProfile: false,
      animation: header.animation,
    });
  } catch (error) {
    throw isFaultOfSource(error, plan)
      ? corruptImage(header.format, "is damaged or cut short in one of its frames", error)
      : error;
  }
}

/** Returns true for an error of the decoder. Decoding and encoding are one operation here; libvips names the part that failed. */
function isFaultOfSource(error: unknown, { output }: RenditionPlan): error is Error {
  if (!(error instanceof Error) || error instanceof ImageRejection || error instanceof PrivacyError)
    return false;
  return !FORMATS[output.format].encoder.operations.some((name) => error.message.startsWith(name));
}
