import type { UploadedManifest } from "@image-pipeline/schema/manifest";
import type { ListedSource, Read } from "./ports.ts";

/**
 * The state of a source's manifest:
 *
 * - `missing`: there is none, or a tombstone although the source exists
 * - `older-source`: it is of another upload of the key
 * - `older-recipe`: it was made with another engine, or with presets that gave this picture another result
 * - `current`: processing the source now would give the same manifest
 * - `unreadable`: the object is not a manifest of a known version
 */
export const VERDICTS = ["missing", "older-source", "older-recipe", "current", "unreadable"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Returns true if the current recipe would give the same manifest. */
export type IsCurrent = (made: UploadedManifest) => boolean;

export function judgeSource(
  { eTag }: Pick<ListedSource, "eTag">,
  manifest: Read,
  isCurrent: IsCurrent,
): Verdict {
  if (manifest === "unreadable") return "unreadable";
  if (manifest === undefined || manifest.status === "deleted") return "missing";
  if (manifest.source.eTag !== eTag) return "older-source";
  return isCurrent(manifest) ? "current" : "older-recipe";
}
