import type { Preset } from "@image-pipeline/schema/config";
import { toHash } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
import type { Sharp } from "sharp";
import { outputFormat } from "../formats/formats.ts";
import { framesOf, type RenditionPlan } from "../rendition-plan.ts";
import { settlePlan } from "../settle-plan.ts";
import { knownCorner, toFrame } from "./framing.ts";
import type { Corner, PresetOption, PresetOptions, Step } from "./option.ts";
import { hashedWatermark, toWatermark } from "./watermark.ts";

/** An option that decides the size and the frame in the plan (`scaling.ts`). Those are hashed instead of it. */
const SIZE: PresetOption = { toHashed: () => ({}) };

/**
 * Every option of a preset, in the order in which their operations are applied. To add one, add its schema to `Preset`, its
 * effect here, and two values of it to `preset-options.test.ts`: stills, animations and plan hashes use this table.
 */
const PRESET_OPTIONS = {
  width: SIZE,
  height: SIZE,
  enlarge: SIZE,
  fit: { finish: toFrame, toHashed: ({ scaled, framing }) => ({ scaled, framing }) },
  // Decides the corner at which `fit` crops or pads.
  position: { toHashed: (plan) => ({ corner: knownCorner(plan) ?? plan.preset.position }) },
  // The colour that `fit` pads with, and that encoders without transparency put behind the picture.
  background: { toHashed: (plan, facts) => ({ background: toShownBackground(plan, facts) }) },
  // Decides which pixels the rendition is made from (`render-plans.ts`).
  colourSpace: {
    toHashed: ({ preset }, { isWideGamut }) => ({ colourSpace: isWideGamut ? preset.colourSpace : null }),
  },
  watermark: { finish: toWatermark, toHashed: hashedWatermark },
  // Decides what the encoder writes beside the picture (`encode-rendition.ts`).
  keep: { toHashed: ({ kept }) => (kept ? { kept } : {}) },
  // Each format is a plan of its preset; its encoder takes the options.
  formats: {
    toHashed: ({ output }, facts) => ({
      encoder: outputFormat(output.format).toHashed?.(output) ?? output,
      isPlaying: framesOf(output, facts.isAnimated === true) === "all",
    }),
  },
} as const satisfies PresetOptions;

const OPTIONS: [string, PresetOption][] = Object.entries<PresetOption>(PRESET_OPTIONS);

/** Returns the operations that make a rendition of the scaled picture, for still pictures and animations alike. */
export async function finishingSteps(plan: RenditionPlan, corner: Corner): Promise<Step[]> {
  const steps = await Promise.all(OPTIONS.map(([, { finish }]) => finish?.(plan, corner)));
  return steps.filter((step) => step !== undefined);
}

/** Applies steps to the scaled picture, or to the scaled frames of an animation. */
export function finish(picture: Sharp, steps: readonly Step[]): Sharp {
  return steps.reduce((finished, step) => step(finished), picture);
}

/** Returns the plan's effect on this picture, without the options that make no difference to it. */
export function relevantOptions(planned: RenditionPlan, facts: Facts): object {
  const plan = settlePlan(planned, facts);
  const preset: Partial<Record<string, Preset[keyof Preset]>> = plan.preset;
  const parts = OPTIONS.map(([name, { toHashed }]) => toHashed?.(plan, facts) ?? { [name]: preset[name] });
  return Object.assign({ name: plan.name }, ...parts);
}

function toShownBackground(
  { preset, output, scaled, framing }: RenditionPlan,
  { hasAlpha }: Facts,
): string | null {
  const isPadded = framing.kind === "pad" && toHash(framing.frame) !== toHash(scaled);
  const isBehindPicture = hasAlpha && outputFormat(output.format).isOpaque === true;
  return isPadded || isBehindPicture ? preset.background : null;
}
