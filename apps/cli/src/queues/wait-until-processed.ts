import type { Connection } from "../connection/connect.ts";
import type { Context } from "../program/context.ts";
import { toAmount, toCount } from "../terminal/units.ts";
import { messagesIn } from "./queue-depth.ts";

/**
 * The time between polls, and the number of polls that must find the queues empty. SQS's counts may lag behind by a minute
 * (docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html); the local ones are exact.
 */
const TIMING = {
  aws: { pollMilliseconds: 5000, emptyPolls: 13 },
  local: { pollMilliseconds: 500, emptyPolls: 3 },
};

/** The end of a wait. */
export type Waited = "interrupted" | { failed: number };

/** Waits for events that are published after it was opened. */
export interface Waiter {
  /** Resolves once the queues are empty, or the signal aborts. */
  wait(): Promise<Waited>;
}

/**
 * @param subscribers the subscribers that will receive the events
 * @param context its terminal shows the progress
 */
export async function openWaiter(
  { sqs, names, client }: Connection,
  subscribers: readonly string[],
  { terminal, clock, signal }: Pick<Context, "terminal" | "clock" | "signal">,
): Promise<Waiter> {
  const queues = subscribers.map(names.subscriberQueue);
  const deadLetterQueues = subscribers.map(names.subscriberDeadLetterQueue);
  const { pollMilliseconds, emptyPolls } = client.endpoint === undefined ? TIMING.aws : TIMING.local;
  const failedBefore = await messagesIn(sqs, deadLetterQueues);
  return {
    async wait() {
      let empty = 0;
      while (!signal.aborted) {
        const left = await messagesIn(sqs, queues);
        empty = left === 0 ? empty + 1 : 0;
        if (empty >= emptyPolls) break;
        terminal.status(`waiting until it has been processed: ${toCount(left)} left`);
        await clock.sleep(pollMilliseconds, signal);
      }
      terminal.status("");
      if (signal.aborted) return "interrupted";
      return { failed: Math.max(0, (await messagesIn(sqs, deadLetterQueues)) - failedBefore) };
    },
  };
}

/** Describes the end of a wait in one line. */
export function toWaitedLine(waited: Waited): string {
  if (waited === "interrupted") return "stopped waiting: the pipeline continues with the published events";
  if (waited.failed === 0) return "everything that was published has been processed";
  return `${toAmount(waited.failed, "message")} failed: see npx pipeline dlq`;
}
