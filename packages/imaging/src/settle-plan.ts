import type { Output } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
import { outcomeSize, type RenditionPlan } from "./rendition-plan.ts";
import { area } from "./size.ts";

/** The facts of a picture that an option's `auto` depends on. */
export type Character = Pick<Facts, "isGraphic" | "vanishesOnWhite">;

/** White, as paper and most pages are, and a dark grey for pictures that vanish on it: white text on it has a contrast of 12.6 to 1. */
const BACKGROUNDS = { usual: "#ffffff", forWhite: "#333333" };

/**
 * The largest rendition, in pixels, that keeps its colours in full resolution by `auto`: an AVIF then takes 10 bytes a pixel more
 * to encode, which keeps the process under 512 MiB up to this size. On larger ones an edge of a pixel is hardly seen.
 */
const MOST_SHARP_PIXELS = 7_000_000;

/** Returns the plan with a value for every option that is `auto`. */
export function settlePlan(plan: RenditionPlan, character: Character): RenditionPlan {
  const { preset, output } = plan;
  const own = character.vanishesOnWhite ? BACKGROUNDS.forWhite : BACKGROUNDS.usual;
  const background = preset.background === "auto" ? own : preset.background;
  const isSharp = character.isGraphic === true && area(outcomeSize(plan)) <= MOST_SHARP_PIXELS;
  return { ...plan, preset: { ...preset, background }, output: settleOutput(output, isSharp) };
}

/** Graphics keep their colours as sharp as the format can; photographs take fewer bytes without a visible loss. */
function settleOutput(output: Output, isSharp: boolean): Output {
  switch (output.format) {
    case "jpeg":
    case "avif":
      return output.chromaSubsampling === "auto"
        ? { ...output, chromaSubsampling: isSharp ? "4:4:4" : "4:2:0" }
        : output;
    case "webp":
      return output.smartSubsample === "auto" ? { ...output, smartSubsample: isSharp } : output;
    default:
      return output;
  }
}
