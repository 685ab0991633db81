import type { Limits } from "@image-pipeline/schema/config";
import { corruptImage } from "./corrupt-image.ts";
import { type EncodedRendition, encodeRendition } from "./encode-rendition.ts";
import { sharp } from "./engine.ts";
import { applyFrame, outcomeSize, placeFrame } from "./frame-pixels.ts";
import { ImageRejection } from "./image-rejection.ts";
import { type Pixels, resize } from "./pixels.ts";
import type { RenditionPlan } from "./plan-renditions.ts";
import type { Header } from "./read-header.ts";
import type { TimeBudget } from "./time-budget.ts";
import { drawWatermark } from "./watermark/draw-watermark.ts";

/** What becomes of a plan for this picture: one frame, all of them, or nothing where the preset is for animations only. */
export function animationOf({ output }: RenditionPlan, header: Header): "still" | "playing" | "none" {
  const wish = output.format === "webp" || output.format === "gif" ? output.animated : "first-frame";
  if (wish === "first-frame") return "still";
  return isAnimated(header) ? "playing" : wish === "only" ? "none" : "still";
}

/** Whether its frames are played. They are not turned: a picture that lies on its side stands still. */
export function isAnimated({ animation, orientation }: Header): boolean {
  return animation !== undefined && orientation === 1;
}

/**
 * Renders every frame straight from the source, one after another, so that they are never all in memory at once.
 *
 * @param first the first frame: it decides where a crop by content lies in all of them
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
  const drawn = drawWatermark(applyFrame(scaled, plan, corner), outcomeSize(plan), plan.preset.watermark);
  try {
    return await encodeRendition(drawn, plan, { budget, keepsProfile: false, animation: header.animation });
  } catch (error) {
    throw isOfTheSource(error)
      ? corruptImage(header.format, "is damaged or cut short in one of its frames", error)
      : error;
  }
}

/** Decoding and encoding are one operation here: libvips names the one that failed. */
function isOfTheSource(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof ImageRejection) &&
    !/^(privacy|(webp|cgif|gif)save)/.test(error.message)
  );
}
