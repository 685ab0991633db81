import {
  type Clock,
  type DocumentStore,
  type ResultPublisher,
  writeDocument,
} from "@image-pipeline/lambda-kit";
import {
  decideUploaded,
  isOfRecipe,
  type UploadedDecision,
  withKnownOrder,
} from "@image-pipeline/lambda-kit/decide";
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
import { toAnalysisHash } from "@image-pipeline/schema/config";
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

/** What became of an upload event, and the analysis that stands. */
export interface UploadOutcome {
  decision: UploadedDecision;
  analysis: Analysis | undefined;
}

/**
 * Decides, analyses the pinned source, replaces the analysis, hides what has to be hidden, and sends the result event.
 * An upload that was analysed under this recipe is not paid for again: what follows its analysis is done once more.
 *
 * @throws {PipelineError} what happens to the message is `dispositionOf` it
 */
export async function analyzeUploaded(event: ImageUploaded, ports: UploadPorts): Promise<UploadOutcome> {
  const key = toAnalysisKey(toImageId(event.data.bucket, event.data.key));
  const current = (await ports.analyses.read(key))?.document;
  const recipe = toAnalysisHash(ports.recipe);
  const ordered = withKnownOrder(event, current);
  const decision = decideUploaded(ordered, current, isOfRecipe(current, recipe));
  if (decision !== "process") return conclude(key, { decision, analysis: current }, ports);
  const startedAt = ports.clock.now().getTime();
  const analyzed = await analyzeSource(Source.parse(ordered.data), ports);
  const outcome = await writeDocument(ports.analyses, key, {
    decide: (now) => decideUploaded(ordered, now, isOfRecipe(now, recipe)),
    write: "process",
    next: () => toAnalysis(ordered, analyzed, { recipe, startedAt, clock: ports.clock }),
  });
  return conclude(key, { decision: outcome.decision, analysis: outcome.document }, ports);
}

/** Hides before it tells: whoever hears of a quarantine finds it in force, as far as there are renditions by now. */
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
  { recipe, startedAt, clock }: { recipe: string; startedAt: number; clock: Clock },
): Analysis {
  const now = clock.now();
  const source = Source.parse(event.data);
  const common = {
    schema: "image-analysis.v1" as const,
    imageId: toImageId(source.bucket, source.key),
    source,
    recipe,
    eventTime: event.time,
    correlationId: event.data.correlationId,
    updatedAt: now.toISOString(),
  };
  if (analyzed.status === "rejected") return { ...common, ...analyzed };
  const { analyzeMs, ...found } = analyzed;
  return { ...common, ...found, timings: { analyzeMs, totalMs: now.getTime() - startedAt } };
}
