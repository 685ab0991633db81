import { type DocumentStore, type InvocationClock, requireAttempt } from "@image-pipeline/lambda-kit";
import type { Analysis } from "@image-pipeline/schema/analysis";
import type { ImageDeleted } from "@image-pipeline/schema/events";
import { toAnalysisKey, toImageId } from "@image-pipeline/schema/keys";
import { type DeletedDecision, decideDeleted, toTombstoneOrder } from "@image-pipeline/schema/processing";
import type { AnalysisOutcome } from "./ports.ts";

/**
 * Replaces an analysis by a tombstone, so that a late upload event does not cost another analysis. The worker removes the
 * renditions and sends `image.removed`.
 *
 * @throws {PipelineError} its disposition decides what happens to the message
 */
export async function processDeleted(
  event: ImageDeleted,
  { analyses, clock }: { analyses: DocumentStore<Analysis>; clock: InvocationClock },
): Promise<AnalysisOutcome<DeletedDecision>> {
  const key = toAnalysisKey(toImageId(event.data.bucket, event.data.key));
  for (let attempt = 1; ; attempt++) {
    const current = await analyses.read(key);
    const decision = decideDeleted(event, current?.document);
    if (decision !== "remove") return { decision, analysis: current?.document };
    const analysis = toTombstone(event, current?.document, clock);
    if (await analyses.replace(key, current, analysis)) return { decision, analysis };
    requireAttempt(attempt, analyses.kind, key);
  }
}

function toTombstone(event: ImageDeleted, current: Analysis | undefined, clock: InvocationClock): Analysis {
  return {
    schema: "image-analysis.v1",
    imageId: toImageId(event.data.bucket, event.data.key),
    status: "deleted",
    ...toTombstoneOrder(event, current),
    correlationId: event.data.correlationId,
    updatedAt: clock.now().toISOString(),
  };
}
