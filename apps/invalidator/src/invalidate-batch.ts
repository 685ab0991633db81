import { type Tools, toEvent } from "@image-pipeline/lambda-kit";
import { outdatesCopies, ResultEvent } from "@image-pipeline/schema/events";
import { toImagePath } from "@image-pipeline/schema/keys";
import type { SQSBatchResponse, SQSRecord } from "aws-lambda";

/** The caches of CloudFront. */
export interface Edge {
  /**
   * Removes every copy whose path begins as one of these.
   *
   * @param reference the same for a repetition, which then changes nothing
   */
  invalidate(paths: readonly string[], reference: string): Promise<void>;
}

interface BatchPorts {
  edge: Edge;
  logger: Pick<Tools["logger"], "info" | "error">;
}

/**
 * Removes the copies of the images that a batch of result events is about, with one request for all of them. If the request
 * fails, all messages with a path are returned; a message that is not a result event is returned alone.
 */
export async function invalidateBatch(
  records: readonly Pick<SQSRecord, "messageId" | "body">[],
  { edge, logger }: BatchPorts,
): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  const found = new Map<string, string[]>();
  for (const { messageId, body } of records) {
    try {
      const event = toEvent(ResultEvent, "a result event", body);
      // The filter policy sends these only, but not in the minutes until SNS uses a new one.
      if (!outdatesCopies(event)) continue;
      const path = toImagePath(event.data.imageId);
      found.set(path, [...(found.get(path) ?? []), messageId]);
    } catch (error) {
      logger.error("could not read a message; it is received again, and goes to the DLQ in the end", {
        error,
        messageId,
      });
      failed.push(messageId);
    }
  }
  const paths = [...found.keys()].sort();
  const messageIds = [...found.values()].flat().sort();
  if (paths.length > 0)
    try {
      await edge.invalidate(paths, messageIds.join());
      logger.info("removed the copies of images at the edge", { paths });
    } catch (error) {
      logger.error("could not remove copies at the edge; the messages are received again", { error, paths });
      failed.push(...messageIds);
    }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
