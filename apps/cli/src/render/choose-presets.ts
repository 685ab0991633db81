import type { Recipe } from "@image-pipeline/schema/config";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { didYouMean } from "../program/did-you-mean.ts";

/**
 * The recipe with one preset alone, or as it is.
 *
 * @throws {UserFault} naming the presets there are
 */
export function choosePreset({ presets, limits }: Recipe, name: string | undefined): Recipe {
  if (name === undefined) return { presets, limits };
  const preset = presets[name];
  if (preset) return { presets: { [name]: preset }, limits };
  throw new UserFault(
    `there is no preset "${name}" in pipeline.config.ts: ${didYouMean(name, Object.keys(presets))}`,
    USAGE,
  );
}
