import { type IdLogger, type Tools, withIds } from "@image-pipeline/lambda-kit";
import type { EventPublisher } from "@image-pipeline/lambda-kit/event-publisher";
import { type ImageIds, toImageIds } from "@image-pipeline/schema/events";
import { publishAll } from "./publish-all.ts";
import { type Notified, toImageEvents } from "./to-image-events.ts";

/**
 * Publishes the image events of an S3 notification. Unless it publishes all of them it throws, and Lambda runs it again.
 * Events are published before faults are thrown, so that a bad record does not delay the others.
 *
 * @throws {Error} naming every record that cannot be read, or every key that was not published
 */
export async function ingest(notification: unknown, publisher: EventPublisher): Promise<Notified> {
  const notified = toImageEvents(notification);
  await publishAll(notified.events, publisher);
  if (notified.faults.length > 0)
    throw new Error(`records that cannot be read: ${notified.faults.join("; ")}`);
  return notified;
}

interface LoggingPorts {
  publisher: EventPublisher;
  logger: Pick<Tools["logger"], "info" | "warn" | "error"> & IdLogger;
}

/**
 * Publishes the image events of a notification, and logs a line for each of its objects, also for those of a notification
 * that failed. Returns the number of events.
 *
 * @throws {Error} as `ingest`
 */
export async function ingestAndLog(
  notification: unknown,
  { publisher, logger }: LoggingPorts,
): Promise<number> {
  try {
    const { events, ignored } = await ingest(notification, publisher);
    for (const event of events) {
      const { type, id } = event;
      const upload = type === "image.uploaded" ? { eTag: event.data.eTag, size: event.data.size } : {};
      await eachOf(toImageIds(event), logger, () =>
        logger.info(`published an ${type} event for the subscribers of the pipeline`, {
          type,
          id,
          ...upload,
        }),
      );
    }
    for (const { name, ids } of ignored)
      await eachOf([ids], logger, () =>
        logger.warn("ignored an S3 event, because it is neither an upload nor a delete", { name }),
      );
    return events.length;
  } catch (error) {
    const ids = toImageIds(notification);
    await eachOf(ids.length > 0 ? ids : [{}], logger, () =>
      logger.error(NOT_PUBLISHED, { code: "NOT_PUBLISHED", error }),
    );
    throw error;
  }
}

const NOT_PUBLISHED =
  "could not publish all events of a notification; Lambda invokes the function again with all of them";

/** Logs a line about each image. */
async function eachOf(images: readonly ImageIds[], logger: IdLogger, log: () => void): Promise<void> {
  for (const ids of images) await withIds(logger, ids, log);
}
