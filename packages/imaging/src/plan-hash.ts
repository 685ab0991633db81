import type { Facts, RejectionReason, UploadedManifest } from "@image-pipeline/schema";
import { type Limits, type Output, type Recipe, toHash, toRecipeHash } from "@image-pipeline/schema/config";
import { ENGINE } from "./engine.ts";
import { knownCorner } from "./frame-pixels.ts";
import { planRenditions, type RenditionPlan } from "./plan-renditions.ts";

/** What is known of a picture once it has been processed. */
export type Outcome = { facts: Facts } | { reason: RejectionReason };

/** Which limits a rejection depends on besides the engine; `null` where it may depend on all that is to be made of the picture. */
const LIMITS_MET: Record<RejectionReason, readonly (keyof Limits)[] | null> = {
  EMPTY_OBJECT: [],
  UNSUPPORTED_FORMAT: [],
  CORRUPT_IMAGE: null,
  TOO_MANY_BYTES: ["maxBytes"],
  TOO_MANY_PIXELS: ["maxFramePixels", "maxTotalPixels", "maxDecodeMemoryBytes"],
  TOO_MANY_FRAMES: ["maxFrames"],
  RENDER_TIMEOUT: null,
};

/** Whether processing a picture now would make what its manifest says was made; a limit that was lowered takes nothing back. */
export function isCurrent(made: UploadedManifest, recipe: Recipe): boolean {
  if (made.recipe === toRecipeHash(recipe, ENGINE)) return true;
  return made.plan !== undefined && made.plan === toPlanHash(made, recipe);
}

/**
 * What a recipe comes to for one picture. As long as it is the same, processing the picture again would make the same
 * files, or reject it for the same reason, however the recipe has changed otherwise.
 *
 * @returns 32 hexadecimal digits; undefined where only trying would tell
 */
export function toPlanHash(outcome: Outcome, { presets, limits }: Recipe): string | undefined {
  if ("reason" in outcome) return rejectionHash(outcome.reason, limits);
  const { facts } = outcome;
  const plans = planRenditions(facts, { presets, limits }).filter((plan) => isMade(plan, facts));
  return toHash({ engine: ENGINE, plans: plans.map((plan) => toHash(whatBearsOn(facts, plan))).sort() });
}

function rejectionHash(reason: RejectionReason, limits: Limits): string | undefined {
  const met = LIMITS_MET[reason];
  return met ? toHash({ engine: ENGINE, limits: met.map((name) => [name, limits[name]]) }) : undefined;
}

function isMade({ output }: RenditionPlan, { isAnimated }: Facts): boolean {
  return isAnimated === true || !("animated" in output) || output.animated !== "only";
}

/** A plan by what it comes to, without those options that make no difference to this picture. */
function whatBearsOn(facts: Facts, plan: RenditionPlan) {
  const { name, preset, output, scaled, framing } = plan;
  const isPadded = framing.kind === "pad" && toHash(framing.frame) !== toHash(scaled);
  const showsBackground = isPadded || (facts.hasAlpha && output.format === "jpeg");
  return {
    ...{ name, scaled, framing, watermark: preset.watermark },
    encoder: encoderOptions(output),
    corner: knownCorner(plan) ?? preset.position,
    background: showsBackground ? preset.background : null,
    colourSpace: facts.isWideGamut ? preset.colourSpace : null,
    isPlaying: facts.isAnimated === true && "animated" in output && output.animated !== "first-frame",
  };
}

/** Which frames are encoded is no matter of the encoder's, and mozjpeg is always progressive. */
function encoderOptions(output: Output) {
  if (output.format === "jpeg" && output.mozjpeg) return { ...output, progressive: true };
  return "animated" in output ? { ...output, animated: null } : output;
}
