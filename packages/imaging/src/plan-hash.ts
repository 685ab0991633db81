import type { Facts, RejectionReason, UploadedManifest } from "@image-pipeline/schema";
import { type Limits, type Recipe, toHash, toRecipeHash } from "@image-pipeline/schema/config";
import { encoderOptions } from "./encode-rendition.ts";
import { ENGINE } from "./engine.ts";
import { knownCorner } from "./frame-pixels.ts";
import { planRenditions, type RenditionPlan } from "./plan-renditions.ts";
import { relevantOptions } from "./preset-options.ts";
import { framesOf } from "./render-animation.ts";

/** Result of processing a picture. */
export type ProcessingResult = { facts: Facts } | { reason: RejectionReason };

/** The limits that a rejection depends on, besides the engine; `null` if it may depend on everything. */
const LIMITS_MET: Record<RejectionReason, readonly (keyof Limits)[] | null> = {
  EMPTY_OBJECT: [],
  UNSUPPORTED_FORMAT: [],
  CORRUPT_IMAGE: null,
  TOO_MANY_BYTES: ["maxBytes"],
  TOO_MANY_PIXELS: ["maxFramePixels", "maxTotalPixels", "maxDecodeMemoryBytes"],
  TOO_MANY_FRAMES: ["maxFrames"],
  RENDER_TIMEOUT: null,
};

/** Written if these options have no effect, as in the hashes of existing manifests. Other options are left out. */
const WITHOUT_EFFECT = { background: null, colourSpace: null };

/** Returns true if processing a picture again would give its manifest's result. A lowered limit does not change it. */
export function isCurrent(made: UploadedManifest, recipe: Recipe): boolean {
  if (made.recipe === toRecipeHash(recipe, ENGINE)) return true;
  return made.plan !== undefined && made.plan === toPlanHash(made, recipe);
}

/**
 * Returns the hash of all settings that have an effect on one picture. While it is equal, processing the picture again would
 * make the same files, or reject it for the same reason, even if the recipe has changed.
 *
 * @returns 32 hexadecimal digits; undefined if only processing would show the result
 */
export function toPlanHash(result: ProcessingResult, { presets, limits }: Recipe): string | undefined {
  if ("reason" in result) return rejectionHash(result.reason, limits);
  const { facts } = result;
  const plans = planRenditions(facts, { presets, limits }).filter(
    ({ output }) => framesOf(output, facts.isAnimated === true) !== "none",
  );
  return toHash({ engine: ENGINE, plans: plans.map((plan) => renditionHash(facts, plan)).sort() });
}

function rejectionHash(reason: RejectionReason, limits: Limits): string | undefined {
  const met = LIMITS_MET[reason];
  return met ? toHash({ engine: ENGINE, limits: met.map((name) => [name, limits[name]]) }) : undefined;
}

/** Returns the hash of one rendition's plan: its sizes, its encoder's options, and the preset's options that have an effect. */
export function renditionHash(facts: Facts, plan: RenditionPlan): string {
  const { name, preset, output, scaled, framing } = plan;
  return toHash({
    ...{ name, scaled, framing },
    corner: knownCorner(plan) ?? preset.position,
    isPlaying: framesOf(output, facts.isAnimated === true) === "all",
    encoder: {
      ...encoderOptions(output),
      format: output.format,
      ...("animated" in output && { animated: null }),
    },
    ...WITHOUT_EFFECT,
    ...relevantOptions(facts, plan),
  });
}
