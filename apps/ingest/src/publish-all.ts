import { setTimeout } from "node:timers/promises";
import type { ImageEvent } from "@image-pipeline/schema";

/** SNS takes ten messages in one PublishBatch (docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html). */
const BATCH_SIZE = 10;
const ATTEMPTS = 4;

export interface EventPublisher {
  /**
   * Publishes up to ten events in one request.
   *
   * @returns the events that were not taken, each with what was said of it; never throws for some of them alone
   * @throws {Error} when the request as a whole failed
   */
  publish(events: readonly ImageEvent[]): Promise<{ event: ImageEvent; error: string }[]>;
}

/** Waits so many milliseconds. */
export type Wait = (milliseconds: number) => Promise<unknown>;

/**
 * Publishes every event or throws. A batch that SNS took only in part is sent again for the rest, with full-jitter
 * back-off; what is still left after four attempts fails the invocation, so that Lambda runs the whole event again.
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
  if (failed.length > 0)
    throw new Error(`${failed.length} of ${events.length} events not published: ${failed.join("; ")}`);
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
