import type { EventPublisher } from "@image-pipeline/lambda-kit/event-publisher";
import type { Clock } from "@image-pipeline/local/clock";
import type { ImageEvent } from "@image-pipeline/schema/events";
import { UserFault } from "@image-pipeline/schema/user-fault";

const ATTEMPTS = 5;
const BASE_MILLISECONDS = 100;

/**
 * Publishes up to ten events. Those that SNS does not accept are sent again, with full-jitter backoff.
 *
 * @throws {UserFault} when some are still not accepted after five attempts
 */
export async function publishAll(
  events: readonly ImageEvent[],
  { publisher, clock }: { publisher: EventPublisher; clock: Clock },
): Promise<void> {
  let left = events;
  let why = "";
  for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt++) {
    if (attempt > 0) await clock.sleep(Math.random() * BASE_MILLISECONDS * 2 ** attempt);
    const failed = await publisher.publish(left);
    left = failed.map(({ event }) => event);
    why = failed[0]?.error ?? "";
  }
  if (left.length > 0)
    throw new UserFault(
      `SNS did not accept ${left.length} of ${events.length} events: ${why}; run the command again`,
    );
}
