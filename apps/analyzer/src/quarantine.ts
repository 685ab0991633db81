import type { DocumentStore, ResultPublisher } from "@image-pipeline/lambda-kit";
import type { Analysis, AnalyzedAnalysis } from "@image-pipeline/schema/analysis";
import { type ImageProcessed, type Source, toAnalyzedEvent } from "@image-pipeline/schema/events";
import { toAnalysisKey } from "@image-pipeline/schema/keys";
import type { Rendition } from "@image-pipeline/schema/manifest";
import type { AnalysisOutcome, RenditionTags } from "./ports.ts";

/** The tag by which the processed bucket's policy denies reads: see `docs/decisions/0020-quarantine-is-a-tag.md`. */
export const QUARANTINE = { name: "quarantine", value: "true" };

export interface QuarantinePorts {
  analyses: DocumentStore<Analysis>;
  tags: RenditionTags;
  results: ResultPublisher;
  processedBucket: string;
}

export type QuarantineDecision = "hide" | "leave";

/**
 * Quarantines renditions that were written after the analysis of their source: by a slower worker, or by a later render. If
 * there is no analysis yet, the analysis does it later.
 *
 * @throws {PipelineError} its disposition decides what happens to the message
 */
export async function quarantineProcessed(
  { data }: ImageProcessed,
  { analyses, tags, results, processedBucket }: QuarantinePorts,
): Promise<AnalysisOutcome<QuarantineDecision>> {
  const key = toAnalysisKey(data.imageId);
  const analysis = (await analyses.read(key))?.document;
  if (!isQuarantined(analysis, data.source)) return { decision: "leave", analysis };
  await quarantineRenditions(data.renditions, tags);
  // They were readable for a moment: whoever has copies of them gets the same event of the analysis again.
  await results.publish(toAnalyzedEvent(analysis, { bucket: processedBucket, key }));
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
): analysis is AnalyzedAnalysis {
  if (analysis?.status !== "analyzed" || analysis.verdict !== "quarantine") return false;
  return analysis.source.eTag === eTag && analysis.source.versionId === versionId;
}
