import type { UploadedManifest } from "@image-pipeline/schema";
import type { ListedSource, Read } from "./ports.ts";

/**
 * How a source's manifest stands to it:
 *
 * - `missing`: there is none, or a tombstone though the source stands
 * - `older-source`: it is of another upload of the key
 * - `older-recipe`: it was made with another engine, or with presets that made something else of this picture
 * - `current`: it is what processing the source now would give
 * - `unreadable`: something stands there that is no manifest of a version we know
 */
export const VERDICTS = ["missing", "older-source", "older-recipe", "current", "unreadable"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Whether what images are rendered with now would make what a manifest says was made. */
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
