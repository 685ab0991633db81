import { type IdLogger, type Tools, toEvent, withIds, withImageIds } from "@image-pipeline/lambda-kit";
import { type ImageIds, outdatesCopies, ResultEvent, toImageIds } from "@image-pipeline/schema/events";
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
  logger: Pick<Tools["logger"], "info" | "error"> & IdLogger;
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
  const found: Found[] = [];
  for (const { messageId, body } of records)
    await withImageIds(logger, body, async () => {
      try {
        const event = toEvent(ResultEvent, "a result event", body);
        // The filter policy sends these only, but not in the minutes until SNS uses a new one.
        if (!outdatesCopies(event)) return;
        found.push({ messageId, path: toImagePath(event.data.imageId), ids: toImageIds(body) });
      } catch (error) {
        logger.error("could not read a message; it is received again, and goes to the DLQ in the end", {
          error,
          messageId,
        });
        failed.push(messageId);
      }
    });
  const paths = [...new Set(found.map(({ path }) => path))].sort();
  const messageIds = found.map(({ messageId }) => messageId).sort();
  if (paths.length > 0)
    try {
      await edge.invalidate(paths, messageIds.join());
      await eachOf(found, logger, (fields) =>
        logger.info("removed the copies of an image at the edge", fields),
      );
    } catch (error) {
      await eachOf(found, logger, (fields) =>
        logger.error("could not remove copies at the edge; the message is received again", {
          error,
          ...fields,
        }),
      );
      failed.push(...messageIds);
    }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** A message about an image whose copies must go. */
interface Found {
  messageId: string;
  path: string;
  ids: ImageIds[];
}

/** Logs a line for each message: every line is about one image. */
async function eachOf(
  found: readonly Found[],
  logger: IdLogger,
  log: (fields: { messageId: string; path: string }) => void,
): Promise<void> {
  for (const { messageId, path, ids } of found)
    await withIds(logger, ids[0] ?? {}, () => log({ messageId, path }));
}
