import type { Limits } from "@image-pipeline/schema/config";
import { type EncodedRendition, encodeRendition } from "./encode-rendition.ts";
import { sharp } from "./engine.ts";
import { outputFormat } from "./formats/formats.ts";
import type { Header } from "./header.ts";
import { corruptImage, ImageRejection } from "./image-rejection.ts";
import { placeFrame } from "./options/framing.ts";
import { finish, finishingSteps } from "./options/preset-options.ts";
import { type Pixels, resize } from "./pixels.ts";
import type { RenditionPlan } from "./rendition-plan.ts";
import type { TimeBudget } from "./time-budget.ts";
import { isOurs } from "./unexpected-error.ts";

/**
 * Renders every frame from the source, one after another, so that they are never all in memory at once.
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
  const finished = finish(scaled, await finishingSteps(plan, corner));
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
  if (!(error instanceof Error) || error instanceof ImageRejection || isOurs(error)) return false;
  return !outputFormat(output.format).encoders.some((name) => error.message.startsWith(name));
}
