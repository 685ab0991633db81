import { type Limits, maxFramePixels, type Presets } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
import { outputFormat } from "./formats/formats.ts";
import { place } from "./options/scaling.ts";
import type { RenditionPlan } from "./rendition-plan.ts";
import { area, type Size } from "./size.ts";

/**
 * Returns every rendition of the presets, the largest first, so that each can be made from the pixels of one before it; equal
 * sizes are sorted by name, so that the order of the presets does not matter.
 */
export function planRenditions(
  picture: Size & Pick<Facts, "format">,
  { presets, limits }: { presets: Presets; limits: Limits },
): RenditionPlan[] {
  const plans = Object.entries(presets).flatMap(([name, preset]) =>
    preset.formats.map((output) => {
      const { maxSide, maxPixels } = outputFormat(output.format);
      const bounds = { maxSide, maxPixels: Math.min(maxPixels, maxFramePixels(limits, picture.format)) };
      return { name, preset, output, ...place(picture, preset, bounds) };
    }),
  );
  return plans.sort(
    (a, b) => area(b.scaled) - area(a.scaled) || (a.name < b.name ? -1 : Number(a.name > b.name)),
  );
}
