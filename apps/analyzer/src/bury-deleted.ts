import { type Clock, type DocumentStore, writeDocument } from "@image-pipeline/lambda-kit";
import { type DeletedDecision, decideDeleted, toGrave } from "@image-pipeline/lambda-kit/decide";
import { type Analysis, type ImageDeleted, toAnalysisKey, toImageId } from "@image-pipeline/schema";

/** What became of a delete event, and the analysis that stands. */
export interface DeleteOutcome {
  decision: DeletedDecision;
  analysis: Analysis | undefined;
}

/**
 * Puts a tombstone in the place of an analysis, so that an upload event that comes late is not paid for. Renditions are
 * the worker's to remove, and `image.removed` is its to send.
 *
 * @throws {PipelineError} what happens to the message is `dispositionOf` it
 */
export async function buryDeleted(
  event: ImageDeleted,
  { analyses, clock }: { analyses: DocumentStore<Analysis>; clock: Clock },
): Promise<DeleteOutcome> {
  const imageId = toImageId(event.data.bucket, event.data.key);
  const { decision, document } = await writeDocument(analyses, toAnalysisKey(imageId), {
    decide: (current) => decideDeleted(event, current),
    write: "remove",
    next: (current): Analysis => ({
      schema: "image-analysis.v1",
      imageId,
      status: "deleted",
      ...toGrave(event, current),
      correlationId: event.data.correlationId,
      updatedAt: clock.now().toISOString(),
    }),
  });
  return { decision, analysis: document };
}
