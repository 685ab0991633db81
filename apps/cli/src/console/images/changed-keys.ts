import { ImageEvent, ResultEvent } from "@image-pipeline/schema/events";
import * as z from "zod";
import { openEventsQueue } from "../../events/events.ts";
import { followMessages } from "../../events/follow-results.ts";
import type { ConsoleParts } from "../area.ts";

/** The time after which anything may have changed without an event, such as an upload whose event was never published. */
const ALL_MILLISECONDS = 60_000;
/** A listing on AWS is paid by the request. */
const READ_ONLY_MILLISECONDS = 15_000;

const Event = z.union([ImageEvent, ResultEvent]);

/**
 * Yields the keys of images that changed, as the pipeline's events tell it: an upload, a deletion, a result, a verdict. Each is
 * published after its change can be read. Null means that any image may have changed: at the beginning, and once a minute.
 *
 * Events need a queue, which a read-only console on AWS may not make: there it is null every 15 seconds.
 */
export async function* changedKeys(
  { pipeline, context: { clock }, allowsWrites }: ConsoleParts,
  signal: AbortSignal,
): AsyncGenerator<readonly string[] | null> {
  if (!allowsWrites) {
    while (!signal.aborted) {
      yield null;
      await clock.sleep(READ_ONLY_MILLISECONDS, signal);
    }
    return;
  }
  const [{ sqs }, queue] = await pipeline.use(async ({ connection }) => [
    connection,
    await openEventsQueue(connection, { withImageEvents: true, clock }),
  ]);
  try {
    yield null;
    let allAt = clock.now();
    const following = { sqs, queueUrl: queue.url, signal, onPoll: queue.keepAlive };
    for await (const bodies of followMessages(following)) {
      const keys = new Set(bodies.flatMap(toKeys));
      if (keys.size > 0) yield [...keys];
      if (clock.now() - allAt < ALL_MILLISECONDS) continue;
      allAt = clock.now();
      yield null;
    }
  } finally {
    await queue.close();
  }
}

/** The key of an event's image; none for a message that is no event. */
function toKeys(body: string): string[] {
  try {
    return [Event.parse(JSON.parse(body)).subject];
  } catch {
    return [];
  }
}
