import type { Facts, RejectionReason } from "@image-pipeline/schema";
import { type Limits, type Recipe, toHash } from "@image-pipeline/schema/config";
import { ENGINE } from "./engine.ts";
import { planRenditions, type RenditionPlan } from "./plan-renditions.ts";

/** What is known of a picture once it has been processed. */
export type Outcome = { facts: Facts } | { reason: RejectionReason };

/** What a rejection depends on besides the engine: on what is to be made of the picture, or on a limit; others on neither. */
const ON_PRESETS: ReadonlySet<RejectionReason> = new Set(["CORRUPT_IMAGE", "RENDER_TIMEOUT"]);
const ON_LIMITS: ReadonlySet<RejectionReason> = new Set([
  "TOO_MANY_BYTES",
  "TOO_MANY_PIXELS",
  "TOO_MANY_FRAMES",
]);

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
  return toHash({ engine: ENGINE, plans: plans.map((plan) => whatBearsOn(facts, plan)).sort(byName) });
}

function rejectionHash(reason: RejectionReason, limits: Limits): string | undefined {
  if (ON_PRESETS.has(reason)) return undefined;
  return toHash({ engine: ENGINE, ...(ON_LIMITS.has(reason) && { limits }) });
}

function isMade({ output }: RenditionPlan, { pages }: Facts): boolean {
  return pages > 1 || !("animated" in output) || output.animated !== "only";
}

/** A plan without those options that make no difference to this picture. */
function whatBearsOn(facts: Facts, { name, preset, output, scaled, framing }: RenditionPlan) {
  const { animated, ...encoder } = { animated: undefined, ...output };
  const showsBackground = framing.kind === "pad" || (facts.hasAlpha && output.format === "jpeg");
  return {
    ...{ name, encoder, scaled, framing, watermark: preset.watermark },
    ...(facts.pages > 1 && { animated }),
    ...(framing.kind !== "whole" && { position: preset.position }),
    ...(showsBackground && { background: preset.background }),
    ...(facts.colourProfile !== undefined && { colourSpace: preset.colourSpace }),
  };
}

type Named = ReturnType<typeof whatBearsOn>;

function byName(a: Named, b: Named): number {
  return `${a.name}.${a.encoder.format}` < `${b.name}.${b.encoder.format}` ? -1 : 1;
}
