import { type Limits, type Recipe, toHash, toRecipeHash } from "@image-pipeline/schema/config";
import type { Facts, RejectionReason, UploadedManifest } from "@image-pipeline/schema/manifest";
import { ENGINE } from "./engine-versions.ts";
import { relevantOptions } from "./options/preset-options.ts";
import { planRenditions } from "./plan-renditions.ts";
import { framesOf } from "./rendition-plan.ts";

/** The facts of a processed picture, or the reason why it was rejected. */
export type Processed = { facts: Facts } | { reason: RejectionReason };

/** The limits that a rejection depends on besides the engine; `null` if it may depend on every preset. */
const LIMITS_MET: Record<RejectionReason, readonly (keyof Limits)[] | null> = {
  EMPTY_OBJECT: [],
  UNSUPPORTED_FORMAT: ["inputs"],
  CORRUPT_IMAGE: null,
  TOO_MANY_BYTES: ["maxBytes"],
  TOO_MANY_PIXELS: ["maxFramePixels", "maxTotalPixels", "maxDecodeMemoryBytes", "maxRenderMemoryBytes"],
  TOO_MANY_FRAMES: ["maxFrames"],
  TOO_MANY_PARTS: ["maxScans", "maxParts"],
  FALSELY_MARKED: null,
  RENDER_TIMEOUT: null,
};

/** Returns whether processing a picture again would change nothing. A lowered limit does not make an existing result stale. */
export function isCurrent(made: UploadedManifest, recipe: Recipe): boolean {
  if (made.recipe === toRecipeHash(recipe, ENGINE)) return true;
  return made.plan !== undefined && made.plan === toPlanHash(made, recipe);
}

/**
 * Returns a hash of the recipe's effect on one picture. While it is the same, processing the picture again would make the same
 * files, or reject it for the same reason, even if the recipe has changed.
 *
 * @returns 32 hexadecimal digits; undefined if the effect is known only by processing
 */
export function toPlanHash(processed: Processed, { presets, limits }: Recipe): string | undefined {
  if ("reason" in processed) return rejectionHash(processed.reason, limits);
  const { facts } = processed;
  const plans = planRenditions(facts, { presets, limits }).filter(
    ({ output }) => framesOf(output, facts.isAnimated === true) !== "none",
  );
  return toHash({ engine: ENGINE, plans: plans.map((plan) => toHash(relevantOptions(plan, facts))).sort() });
}

function rejectionHash(reason: RejectionReason, limits: Limits): string | undefined {
  const met = LIMITS_MET[reason];
  return met ? toHash({ engine: ENGINE, limits: met.map((name) => [name, limits[name]]) }) : undefined;
}
