import type { EncodedRendition } from "./encode-rendition.ts";
import type { RenditionPlan } from "./rendition-plan.ts";

/** Options of a preset that decide the size, which its plan has, and its other formats. */
const SIZE_OPTIONS = {
  width: undefined,
  height: undefined,
  fit: undefined,
  enlarge: undefined,
  formats: undefined,
};

/**
 * Returns a function that makes the file of a plan, or returns that of an equal plan before it. A picture smaller than several presets
 * has the same size in all of them. Only files of the latest size are kept: plans come sorted by size.
 */
export function encodeOnce() {
  const files = new Map<string, EncodedRendition>();
  let size = "";
  return async (plan: RenditionPlan, encode: () => Promise<EncodedRendition>): Promise<EncodedRendition> => {
    const { scaled, preset } = plan;
    if (size !== JSON.stringify(scaled)) files.clear();
    size = JSON.stringify(scaled);
    const effect = JSON.stringify({ ...plan, name: undefined, preset: { ...preset, ...SIZE_OPTIONS } });
    const file = files.get(effect) ?? (await encode());
    files.set(effect, file);
    return { ...file, preset: plan.name };
  };
}
