import type { DocumentStore, ResultPublisher } from "@image-pipeline/lambda-kit";
import type { Analysis, AnalyzedAnalysis, RejectedAnalysis } from "@image-pipeline/schema/analysis";
import { type ImageProcessed, type Source, toAnalyzedEvent } from "@image-pipeline/schema/events";
import { toAnalysisKey, toImageId, toManifestKey, toRenditionPrefix } from "@image-pipeline/schema/keys";
import type { Manifest, Rendition } from "@image-pipeline/schema/manifest";
import type { AnalysisOutcome, RenditionTags } from "./ports.ts";

/** The tag by which the processed bucket's policy denies reads: see `docs/decisions/0020-quarantine-is-a-tag.md`. */
export const QUARANTINE = { name: "quarantine", value: "true" };

export type QuarantineDecision = "hide" | "leave";

interface QuarantinePorts {
  analyses: DocumentStore<Analysis>;
  manifests: Pick<DocumentStore<Manifest>, "read">;
  tags: RenditionTags;
  results: ResultPublisher;
  processedBucket: string;
}

/**
 * Quarantines renditions that were written after the analysis of their source: by a slower worker, or by a later render. If
 * there is no analysis yet, the analysis does it later.
 *
 * @throws {PipelineError} its disposition decides what happens to the message
 */
export async function quarantineProcessed(
  { data }: ImageProcessed,
  { analyses, manifests, tags, results, processedBucket }: QuarantinePorts,
): Promise<AnalysisOutcome<QuarantineDecision>> {
  const { bucket, key } = data.source;
  const analysisKey = toAnalysisKey(toImageId(bucket, key));
  const analysis = (await analyses.read(analysisKey))?.document;
  if (!isQuarantined(analysis, data.source)) return { decision: "leave", analysis };
  const manifest = (await manifests.read(toManifestKey(bucket, key)))?.document;
  await quarantineRenditions(renditionsToHide(data, analysis, manifest), tags);
  // They were readable for a moment: whoever has copies of them gets the same event of the analysis again.
  await results.publish(toAnalyzedEvent(analysis, { bucket: processedBucket, key: analysisKey }));
  return { decision: "hide", analysis };
}

/**
 * Returns the renditions of the manifest, if it is of the quarantined source. If a newer upload has replaced it meanwhile,
 * the event names the renditions, and the manifest their tags, which it keeps while they expire.
 */
function renditionsToHide(
  { renditions }: ImageProcessed["data"],
  analysis: Analysis | undefined,
  manifest: Manifest | undefined,
): readonly Pick<Rendition, "key">[] {
  if (manifest?.status === "processed" && isQuarantined(analysis, manifest.source))
    return manifest.renditions;
  const superseded = (manifest?.supersededTags ?? []).map((tag) =>
    toRenditionPrefix(manifest?.imageId ?? "", tag),
  );
  return renditions.filter(({ key }) => superseded.some((prefix) => key.startsWith(prefix)));
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
): analysis is AnalyzedAnalysis | RejectedAnalysis {
  if (!analysis || analysis.status === "deleted" || !isHiding(analysis)) return false;
  return analysis.source.eTag === eTag && analysis.source.versionId === versionId;
}

/** Returns true for the verdict, and for a picture that could not be judged: its content is unknown. */
export function isHiding(analysis: AnalyzedAnalysis | RejectedAnalysis): boolean {
  return analysis.status === "rejected" || analysis.verdict === "quarantine";
}
