import type { Analysis, Manifest, Rendition } from "@image-pipeline/schema";
import type { RenditionTags } from "./ports.ts";

/** What the processed bucket's policy denies reads by: see `docs/decisions/0020-quarantine-is-a-tag.md`. */
export const QUARANTINE = { name: "quarantine", value: "true" };

/** Hides every rendition from all readers but the pipeline itself; done again, it changes nothing. */
export async function quarantineRenditions(
  renditions: readonly Pick<Rendition, "key">[],
  tags: RenditionTags,
): Promise<void> {
  await Promise.all(renditions.map(({ key }) => tags.add(key, QUARANTINE)));
}

/**
 * Whether an analysis hides the renditions of a source. The same eTag and version are the same bytes, so sequencers need
 * not agree: a backfill's event has none.
 */
export function isQuarantined(
  analysis: Analysis | undefined,
  { eTag, versionId }: Pick<Extract<Manifest, { status: "processed" }>["source"], "eTag" | "versionId">,
): boolean {
  if (analysis?.status !== "analyzed" || analysis.verdict !== "quarantine") return false;
  return analysis.source.eTag === eTag && analysis.source.versionId === versionId;
}
