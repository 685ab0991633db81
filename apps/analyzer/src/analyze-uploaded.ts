import {
  type Clock,
  type DocumentStore,
  type ResultPublisher,
  writeDocument,
} from "@image-pipeline/queue-consumer";
import {
  type Analysis,
  type ImageUploaded,
  type Manifest,
  Source,
  toAnalysisKey,
  toAnalyzedEvent,
  toImageId,
  toManifestKey,
} from "@image-pipeline/schema";
import { toAnalysisHash, toHash } from "@image-pipeline/schema/config";
import {
  decideUploaded,
  isMadeWith,
  type UploadedDecision,
  withKnownOrder,
} from "@image-pipeline/schema/processing";
import { type Analyzed, type AnalyzePorts, analyzeSource } from "./analyze-source.ts";
import type { RenditionTags } from "./ports.ts";
import { isQuarantined, quarantineRenditions } from "./quarantine.ts";

export interface UploadPorts extends AnalyzePorts {
  analyses: DocumentStore<Analysis>;
  manifests: Pick<DocumentStore<Manifest>, "read">;
  tags: RenditionTags;
  results: ResultPublisher;
  processedBucket: string;
  clock: Clock;
}

/** The decision about an upload event, and the current analysis. */
export interface UploadOutcome {
  decision: UploadedDecision;
  analysis: Analysis | undefined;
}

/**
 * Decides, analyses the pinned source, replaces the analysis, hides quarantined renditions, and sends the result event.
 * An upload that was analysed with this recipe is not paid for again: only the steps after its analysis are repeated.
 *
 * @throws {PipelineError} its code decides what happens to the message
 */
export async function analyzeUploaded(event: ImageUploaded, ports: UploadPorts): Promise<UploadOutcome> {
  const key = toAnalysisKey(toImageId(event.data.bucket, event.data.key));
  const current = (await ports.analyses.read(key))?.document;
  const ordered = withKnownOrder(event, current);
  const decision = decideUploaded(ordered, current, isCurrent(current, ports));
  if (decision !== "process") return conclude(key, { decision, analysis: current }, ports);
  const startedAt = ports.clock.now().getTime();
  const analyzed = await analyzeSource(Source.parse(ordered.data), ports);
  const outcome = await writeDocument(ports.analyses, key, {
    decide: (now) => decideUploaded(ordered, now, isCurrent(now, ports)),
    write: "process",
    next: () => toAnalysis(ordered, analyzed, { ...ports, startedAt }),
  });
  return conclude(key, { decision: outcome.decision, analysis: outcome.document }, ports);
}

/** Returns true if the image would get the same analysis again. A rejection is only current under the same limits. */
function isCurrent(analysis: Analysis | undefined, { recipe, limits }: UploadPorts): boolean {
  if (!isMadeWith(analysis, toAnalysisHash(recipe))) return false;
  if (analysis?.status !== "rejected" || analysis.reason === "ANALYSIS_REFUSED") return true;
  return analysis.limits === toHash(limits);
}

/** Hides the renditions before the result event, so that subscribers of a quarantine find it in effect. */
async function conclude(key: string, outcome: UploadOutcome, ports: UploadPorts): Promise<UploadOutcome> {
  const { decision, analysis } = outcome;
  const isOurs = decision === "process" || decision === "duplicate";
  if (!isOurs || !analysis || analysis.status === "deleted") return outcome;
  await hideCurrent(analysis, ports);
  await ports.results.publish(toAnalyzedEvent(analysis, { bucket: ports.processedBucket, key }));
  return outcome;
}

async function hideCurrent(analysis: Analysis, { manifests, tags }: UploadPorts): Promise<void> {
  if (analysis.status !== "analyzed" || analysis.verdict !== "quarantine") return;
  const { bucket, key } = analysis.source;
  const manifest = (await manifests.read(toManifestKey(bucket, key)))?.document;
  if (manifest?.status === "processed" && isQuarantined(analysis, manifest.source))
    await quarantineRenditions(manifest.renditions, tags);
}

function toAnalysis(
  event: ImageUploaded,
  analyzed: Analyzed,
  {
    recipe,
    limits,
    clock,
    startedAt,
  }: Pick<UploadPorts, "recipe" | "limits" | "clock"> & { startedAt: number },
): Analysis {
  const now = clock.now();
  const source = Source.parse(event.data);
  const common = {
    schema: "image-analysis.v1" as const,
    imageId: toImageId(source.bucket, source.key),
    source,
    recipe: toAnalysisHash(recipe),
    eventTime: event.time,
    correlationId: event.data.correlationId,
    updatedAt: now.toISOString(),
  };
  if (analyzed.status === "rejected") return { ...common, ...analyzed, limits: toHash(limits) };
  const { analyzeMs, ...found } = analyzed;
  return { ...common, ...found, timings: { analyzeMs, totalMs: now.getTime() - startedAt } };
}
