import { ENGINE } from "@image-pipeline/imaging";
import {
  type DocumentStore,
  type ResultPublisher,
  requireAttempt,
  type Stored,
} from "@image-pipeline/lambda-kit";
import type { Analysis } from "@image-pipeline/schema/analysis";
import { toAnalysisHash, toHash } from "@image-pipeline/schema/config";
import { type ImageUploaded, Source, toAnalyzedEvent } from "@image-pipeline/schema/events";
import { toAnalysisKey, toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import type { Manifest } from "@image-pipeline/schema/manifest";
import {
  decideUploaded,
  isMadeWith,
  type UploadedDecision,
  withKnownOrder,
} from "@image-pipeline/schema/processing";
import { type Analyzed, type AnalyzePorts, analyzeSource } from "./analyze-source.ts";
import type { AnalysisOutcome, RenditionTags } from "./ports.ts";
import { isHiding, isQuarantined, quarantineRenditions } from "./quarantine.ts";

export interface UploadPorts extends AnalyzePorts {
  analyses: DocumentStore<Analysis>;
  manifests: Pick<DocumentStore<Manifest>, "read">;
  tags: RenditionTags;
  results: ResultPublisher;
  processedBucket: string;
}

export type UploadOutcome = AnalysisOutcome<UploadedDecision>;

/**
 * Analyses an upload, replaces the image's analysis, quarantines the renditions if that is the verdict, and sends the
 * result event. An upload that was analysed with this recipe is not analysed again, only announced again.
 *
 * @throws {PipelineError} its disposition decides what happens to the message
 */
export async function analyzeUploaded(event: ImageUploaded, ports: UploadPorts): Promise<UploadOutcome> {
  const key = toAnalysisKey(toImageId(event.data.bucket, event.data.key));
  const stored = await ports.analyses.read(key);
  const current = stored?.document;
  const ordered = withKnownOrder(event, current);
  const decide = (analysis: Analysis | undefined) =>
    decideUploaded(ordered, analysis, isCurrent(analysis, ports));
  const decision = decide(current);
  if (decision !== "process") return announce(key, { decision, analysis: current }, ports);
  const startedAt = ports.clock.now().getTime();
  const analyzed = await analyzeSource(Source.parse(ordered.data), ports);
  const toNext = () => toAnalysis(ordered, analyzed, { ...ports, startedAt });
  return announce(key, await replaceAnalysis(key, { stored, decide, toNext }, ports), ports);
}

interface Replacement {
  /** The analysis as it was read before: it is only read again if another event has changed it since. */
  stored: Stored<Analysis> | undefined;
  decide: (current: Analysis | undefined) => UploadedDecision;
  toNext: () => Analysis;
}

async function replaceAnalysis(
  key: string,
  { stored, decide, toNext }: Replacement,
  { analyses }: UploadPorts,
): Promise<UploadOutcome> {
  let current = stored;
  for (let attempt = 1; ; attempt++) {
    const decision = decide(current?.document);
    if (decision !== "process") return { decision, analysis: current?.document };
    const analysis = toNext();
    if (await analyses.replace(key, current, analysis)) return { decision, analysis };
    requireAttempt(attempt, analyses.kind, key);
    current = await analyses.read(key);
  }
}

/** Returns true if the image would get the same analysis again. A rejection is only current under the same limits and engine. */
function isCurrent(analysis: Analysis | undefined, { recipe, limits }: UploadPorts): boolean {
  if (!isMadeWith(analysis, toAnalysisHash(recipe))) return false;
  if (analysis?.status !== "rejected" || analysis.reason === "ANALYSIS_REFUSED") return true;
  return analysis.limits === rejectionHash(limits);
}

/** Returns a hash of what a rejection depends on: another engine may accept the picture. */
function rejectionHash(limits: UploadPorts["limits"]): string {
  return toHash({ limits, engine: ENGINE });
}

/** Quarantines before it sends the event: a receiver of the event cannot read the renditions that exist by then. */
async function announce(key: string, outcome: UploadOutcome, ports: UploadPorts): Promise<UploadOutcome> {
  const { decision, analysis } = outcome;
  const isOurs = decision === "process" || decision === "duplicate";
  if (!isOurs || !analysis || analysis.status === "deleted") return outcome;
  await quarantineCurrent(analysis, ports);
  await ports.results.publish(toAnalyzedEvent(analysis, { bucket: ports.processedBucket, key }));
  return outcome;
}

async function quarantineCurrent(analysis: Analysis, { manifests, tags }: UploadPorts): Promise<void> {
  if (analysis.status === "deleted" || !isHiding(analysis)) return;
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
  if (analyzed.status === "rejected") return { ...common, ...analyzed, limits: rejectionHash(limits) };
  const { analyzeMs, ...found } = analyzed;
  return { ...common, ...found, timings: { analyzeMs, totalMs: now.getTime() - startedAt } };
}
