import type { Logger } from "@aws-lambda-powertools/logger";
import { type ImageIds, toImageIds } from "@image-pipeline/schema/events";

/** The part of a logger that gives every line some fields. */
export type IdLogger = Pick<Logger, "appendKeys" | "removeKeys">;

/**
 * Does some work, and gives every line that is logged meanwhile the key, the image id and the correlation id by which
 * `npx pipeline explain` finds it. No other place puts them into a log line.
 *
 * @param input the message, its body, or the input of a task; lines about anything else have no ids
 */
export async function withImageIds<Result>(
  logger: IdLogger,
  input: unknown,
  work: () => Promise<Result>,
): Promise<Result> {
  const [ids = {}] = toImageIds(input);
  return withIds(logger, ids, work);
}

/** The same for ids that are known. */
export async function withIds<Result>(
  logger: IdLogger,
  ids: ImageIds,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  logger.appendKeys({ ...ids });
  try {
    return await work();
  } finally {
    logger.removeKeys(Object.keys(ids));
  }
}
