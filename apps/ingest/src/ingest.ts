import type { EventPublisher } from "@image-pipeline/lambda-kit/event-publisher";
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
