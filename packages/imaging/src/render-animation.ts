import type { Limits } from "@image-pipeline/schema/config";
import { type EncodedRendition, encodeRendition } from "./encode-rendition.ts";
import { sharp } from "./engine.ts";
import { type Header, isAnimated } from "./header.ts";
import { corruptImage, ImageRejection } from "./image-rejection.ts";
import { placeFrame } from "./options/framing.ts";
import { finishingSteps } from "./options/preset-options.ts";
import { type Pixels, resize } from "./pixels.ts";
import type { RenditionPlan } from "./rendition-plan.ts";
import type { TimeBudget } from "./time-budget.ts";

/** Returns how a plan is rendered for this picture: one frame, all frames, or nothing if the output is for animations only. */
export function animationOf({ output }: RenditionPlan, header: Header): "still" | "playing" | "none" {
  const wish = output.format === "webp" || output.format === "gif" ? output.animated : "first-frame";
  if (wish === "first-frame") return "still";
  return isAnimated(header) ? "playing" : wish === "only" ? "none" : "still";
}

/**
 * Renders every frame straight from the source, one after another, so that they are never all in memory at once.
 *
 * @param first the first frame, which decides the corner of a crop by content for all of them
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
  const finished = finishingSteps(plan, corner).reduce((picture, step) => step(picture), scaled);
  try {
    return await encodeRendition(finished, plan, {
      budget,
      keepsProfile: false,
      animation: header.animation,
    });
  } catch (error) {
    throw isOfTheSource(error)
      ? corruptImage(header.format, "is damaged or cut short in one of its frames", error)
      : error;
  }
}

/** Returns whether the source caused the error. Decoding and encoding are one operation here: libvips names the one that failed. */
function isOfTheSource(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof ImageRejection) &&
    !/^(privacy|(webp|cgif|gif)save)/.test(error.message)
  );
}
