import * as z from "zod";
import { toSuggestion } from "./config-error.ts";
import type { Presets } from "./preset.ts";
import type { Recipe } from "./recipe.ts";

/** The presets of the images whose keys begin with a prefix. */
export const PresetRule = z.strictObject({
  prefix: z.string().max(1024),
  presets: z
    .array(z.string())
    .min(1)
    .refine((names) => new Set(names).size === names.length, "must name each preset once"),
});
type PresetRule = z.infer<typeof PresetRule>;

/** The first rule whose prefix a key begins with decides its presets. An image without a rule gets all presets. */
export const PresetRules = z.array(PresetRule);
export type PresetRules = z.infer<typeof PresetRules>;

/** The settings from which the recipe of every image follows. */
export interface RenderSettings extends Recipe {
  presetRules: PresetRules;
}

/** Returns the recipe of one image. Worker, workflow, backfill and check ask here alone. @param key the key of its source */
export function recipeOf(key: string, { presets, presetRules, limits }: RenderSettings): Recipe {
  const rule = presetRules.find(({ prefix }) => key.startsWith(prefix));
  return { presets: rule ? pick(presets, rule) : presets, limits };
}

function pick(presets: Presets, rule: PresetRule): Presets {
  return Object.fromEntries(Object.entries(presets).filter(([name]) => rule.presets.includes(name)));
}

/** Returns one line for each rule that no key can reach, and for each preset in a rule that does not exist. */
export function presetRuleErrors({
  presets,
  presetRules,
}: Pick<RenderSettings, "presets" | "presetRules">): string[] {
  const known = Object.keys(presets);
  return presetRules.flatMap((rule, index) => {
    const earlier = presetRules.findIndex(({ prefix }) => rule.prefix.startsWith(prefix));
    const unreached =
      earlier < index
        ? [
            `presetRules.${index}.prefix: must come before presetRules.${earlier}, whose prefix "${presetRules[earlier]?.prefix}" has every key of "${rule.prefix}"`,
          ]
        : [];
    const unknown = rule.presets.flatMap((name, at) =>
      known.includes(name)
        ? []
        : [`presetRules.${index}.presets.${at}: unknown preset "${name}"${toSuggestion(name, known)}`],
    );
    return [...unreached, ...unknown];
  });
}
