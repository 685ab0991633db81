import { setTimeout } from "node:timers/promises";
import type { Wait } from "@image-pipeline/lambda-kit";
import { BATCH_SIZE, type EventPublisher } from "@image-pipeline/lambda-kit/event-publisher";
import type { ImageEvent } from "@image-pipeline/schema/events";

const ATTEMPTS = 4;

/**
 * Publishes every event or throws. Events that SNS did not accept are sent again, with full-jitter back-off. Events left
 * after four attempts fail the invocation, so that Lambda runs the whole notification again.
 *
 * @throws {Error} naming each key that was not published and why
 */
export async function publishAll(
  events: readonly ImageEvent[],
  publisher: EventPublisher,
  wait: Wait = setTimeout,
): Promise<void> {
  const failed: string[] = [];
  for (let start = 0; start < events.length; start += BATCH_SIZE) {
    failed.push(...(await publishBatch(events.slice(start, start + BATCH_SIZE), publisher, wait)));
  }
  const text = `${failed.length} of ${events.length} events not published: ${failed.join("; ")}`;
  if (failed.length > 0) throw new Error(text); // mutation: throw-failed
}

async function publishBatch(
  events: readonly ImageEvent[],
  publisher: EventPublisher,
  wait: Wait,
): Promise<string[]> {
  let left = events;
  let failures: string[] = [];
  for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt++) {
    if (attempt > 0) await wait(Math.random() * 100 * 2 ** attempt);
    const failed = await publisher.publish(left);
    left = failed.map(({ event }) => event);
    failures = failed.map(({ event, error }) => `${event.subject} (${error})`);
  }
  return failures;
}
