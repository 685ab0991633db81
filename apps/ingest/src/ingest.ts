import { type EventPublisher, publishAll } from "./publish-all.ts";
import { type Notified, toImageEvents } from "./to-image-events.ts";

/**
 * S3 notification in, image events out: all of them, or the invocation fails and Lambda runs it again. Events are
 * published before faults are thrown, so that a bad record delays no good one.
 *
 * @throws {Error} naming what could not be read or published
 */
export async function ingest(notification: unknown, publisher: EventPublisher): Promise<Notified> {
  const notified = toImageEvents(notification);
  await publishAll(notified.events, publisher);
  if (notified.faults.length > 0)
    throw new Error(`records that cannot be read: ${notified.faults.join("; ")}`);
  return notified;
}
