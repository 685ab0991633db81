import type { ListedSource, Read } from "./ports.ts";

/**
 * How a source's manifest stands to it:
 *
 * - `missing`: there is none, or a tombstone though the source stands
 * - `older-source`: it is of another upload of the key
 * - `older-recipe`: it was made with other presets, or another engine
 * - `current`: it is what processing the source now would give
 * - `unreadable`: something stands there that is no manifest of a version we know
 */
export const VERDICTS = ["missing", "older-source", "older-recipe", "current", "unreadable"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** @param recipe the recipe that images are rendered with now */
export function judgeSource({ eTag }: Pick<ListedSource, "eTag">, manifest: Read, recipe: string): Verdict {
  if (manifest === "unreadable") return "unreadable";
  if (manifest === undefined || manifest.status === "deleted") return "missing";
  if (manifest.source.eTag !== eTag) return "older-source";
  return manifest.recipe === recipe ? "current" : "older-recipe";
}
