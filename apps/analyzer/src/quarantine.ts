import type { DocumentStore } from "@image-pipeline/lambda-kit";
import type { Analysis } from "@image-pipeline/schema/analysis";
import type { ImageProcessed, Source } from "@image-pipeline/schema/events";
import { toAnalysisKey } from "@image-pipeline/schema/keys";
import type { Rendition } from "@image-pipeline/schema/manifest";
import type { AnalysisOutcome, RenditionTags } from "./ports.ts";

/** The tag by which the processed bucket's policy denies reads: see `docs/decisions/0020-quarantine-is-a-tag.md`. */
export const QUARANTINE = { name: "quarantine", value: "true" };

export type QuarantineDecision = "hide" | "leave";

/**
 * Quarantines renditions that were written after the analysis of their source: by a slower worker, or by a later render. If
 * there is no analysis yet, the analysis does it later.
 *
 * @throws {PipelineError} its disposition decides what happens to the message
 */
export async function quarantineProcessed(
  { data }: ImageProcessed,
  { analyses, tags }: { analyses: DocumentStore<Analysis>; tags: RenditionTags },
): Promise<AnalysisOutcome<QuarantineDecision>> {
  const analysis = (await analyses.read(toAnalysisKey(data.imageId)))?.document;
  if (!isQuarantined(analysis, data.source)) return { decision: "leave", analysis };
  await quarantineRenditions(data.renditions, tags);
  return { decision: "hide", analysis };
}

/** Denies every reader except the pipeline these renditions. A repetition changes nothing. */
export async function quarantineRenditions(
  renditions: readonly Pick<Rendition, "key">[],
  tags: RenditionTags,
): Promise<void> {
  await Promise.all(renditions.map(({ key }) => tags.add(key, QUARANTINE)));
}

/**
 * Returns true if the analysis quarantines the renditions of a source. The same eTag and version are the same bytes, so
 * sequencers are not compared: a backfill's event has none.
 */
export function isQuarantined(
  analysis: Analysis | undefined,
  { eTag, versionId }: Pick<Source, "eTag" | "versionId">,
): boolean {
  if (analysis?.status !== "analyzed" || analysis.verdict !== "quarantine") return false;
  return analysis.source.eTag === eTag && analysis.source.versionId === versionId;
}
