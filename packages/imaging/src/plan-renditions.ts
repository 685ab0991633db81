import { type Limits, maxFramePixels, type Preset, type Presets } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
import { outputFormat } from "./formats/formats.ts";
import { fullSize } from "./full-size.ts";
import type { Header } from "./header.ts";
import { place } from "./options/scaling.ts";
import type { RenditionPlan } from "./rendition-plan.ts";
import type { Rights } from "./rights/xmp.ts";
import { area, type Size } from "./size.ts";

/**
 * Returns every rendition of the presets, the largest first, so that each can be made from the pixels of one before it; equal
 * sizes are sorted by name, so that the order of the presets does not matter.
 */
export function planRenditions(
  picture: Size & Pick<Facts, "format" | "focus"> & Pick<Header, "natural"> & Rights,
  { presets, limits }: { presets: Presets; limits: Limits },
): RenditionPlan[] {
  const full = fullSize(picture, limits);
  const plans = Object.entries(presets).flatMap(([name, preset]) => {
    const maxPixels = maxPixelsOf(preset, maxFramePixels(limits, picture.format));
    return preset.formats.map((output) => {
      const { maxSide, container } = outputFormat(output.format);
      const kept = container.rights === undefined ? undefined : keptRights(preset, picture);
      return {
        name,
        preset,
        output,
        focus: picture.focus,
        kept,
        ...place(full, preset, { maxSide, maxPixels }),
      };
    });
  });
  return plans.sort(
    (a, b) => area(b.scaled) - area(a.scaled) || (a.name < b.name ? -1 : Number(a.name > b.name)),
  );
}

function keptRights({ keep }: Preset, { copyright, creator }: Rights): Rights | undefined {
  return keep.includes("copyright") && (copyright ?? creator) ? { copyright, creator } : undefined;
}

/**
 * Returns the area of a preset's files, which is within the bounds of each of its encoders: with an area for each, the pixels of
 * several large sizes would be in memory at a time.
 */
function maxPixelsOf({ formats }: Preset, most: number): number {
  return Math.min(most, ...formats.map(({ format }) => outputFormat(format).maxPixels));
}
