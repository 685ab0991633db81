import type { Facts } from "@image-pipeline/schema";
import type { Preset } from "@image-pipeline/schema/config";
import type { Sharp } from "sharp";
import { FORMATS } from "./formats/formats.ts";
import { applyFrame, type Corner, isPadded, outcomeSize } from "./frame-pixels.ts";
import type { RenditionPlan } from "./plan-renditions.ts";
import { drawWatermark } from "./watermark/watermark-overlay.ts";

/** Adds an option to an operation whose outcome is the scaled picture, or the scaled frames of an animation. */
type Step = (image: Sharp) => Sharp;

/** Effect of one option of a preset on a rendition. */
interface PresetOption {
  /** Returns the step that draws the option; undefined if there is nothing to draw. Without it the option is not drawn. */
  draw?(plan: RenditionPlan, corner: Corner): Step | undefined;
  /**
   * Returns false if the option, with its value, has no effect on this picture's rendition. It is then left out of the plan's
   * hash (default: every option is hashed). A new option must return false for its default, if that changes no pixels:
   * otherwise every existing picture would be rendered again.
   */
  matters?(facts: Facts, plan: RenditionPlan): boolean;
}

/** An option whose whole effect is in the plan: its sizes, its framing, its corner or its output, which are hashed. */
const IN_THE_PLAN: PresetOption = { matters: () => false };

/**
 * Every option of a preset, in the order of drawing. To add one, add its schema to `Preset` and its effect here: stills and
 * animations are drawn, and plans hashed, from this table. `preset-options.test.ts` needs a value of it that changes pixels.
 */
export const PRESET_OPTIONS = {
  width: IN_THE_PLAN,
  height: IN_THE_PLAN,
  enlarge: IN_THE_PLAN,
  position: IN_THE_PLAN,
  formats: IN_THE_PLAN,
  fit: { ...IN_THE_PLAN, draw: applyFrame },
  background: {
    matters: ({ hasAlpha }, plan) =>
      isPadded(plan) || (hasAlpha && !FORMATS[plan.output.format].encoder.hasAlpha),
  },
  colourSpace: { matters: ({ isWideGamut }) => isWideGamut === true },
  watermark: {
    draw: (plan) => {
      const { watermark } = plan.preset;
      return watermark && ((image) => drawWatermark(image, outcomeSize(plan), watermark));
    },
  },
} satisfies Record<keyof Preset, PresetOption>;

const OPTIONS: Readonly<Record<string, PresetOption>> = PRESET_OPTIONS;

/** Returns the steps from the scaled picture to the finished one, for stills and animations alike. */
export function finishingSteps(plan: RenditionPlan, corner: Corner): Step[] {
  const steps = Object.values(OPTIONS).map((option) => option.draw?.(plan, corner));
  return steps.filter((step) => step !== undefined);
}

/** Draws a preset's options on the scaled picture, or on the scaled frames of an animation. */
export function finish(image: Sharp, steps: readonly Step[]): Sharp {
  return steps.reduce((drawn, step) => step(drawn), image);
}

/** Returns the options of a plan's preset that have an effect on this picture's rendition. */
export function relevantOptions(facts: Facts, plan: RenditionPlan): Partial<Preset> {
  const options = Object.entries(plan.preset);
  return Object.fromEntries(options.filter(([name]) => OPTIONS[name]?.matters?.(facts, plan) ?? true));
}
