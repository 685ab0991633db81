import type { Connection } from "../connection/connect.ts";
import { withConnection } from "../connection/open-pipeline.ts";
import type { TargetOptions } from "../connection/target.ts";
import { type DeadLetterQueue, findDeadLetterQueues } from "../dlq/dead-letter-queues.ts";
import type { Context } from "../program/context.ts";
import { DONE, FOUND_OR_FAILED } from "../program/exit-codes.ts";
import { queueDepth } from "../queues/queue-depth.ts";
import { toTable } from "../terminal/table.ts";
import { toCount, toDuration } from "../terminal/units.ts";
import type { QueueStatus } from "./json.ts";
import { type OldestAges, openOldestAges } from "./oldest-ages.ts";

export interface StatusOptions extends TargetOptions {
  json?: boolean | undefined;
}

/** Shows every queue with its dead-letter queue. @returns 1 when a dead-letter queue holds messages */
export function status(options: StatusOptions, context: Context): Promise<number> {
  const { terminal } = context;
  return withConnection(options, context, async (connection) => {
    const ages = openOldestAges(connection, context.clock);
    const queues = await readNumbers(await findDeadLetterQueues(connection), connection, ages);
    if (options.json) for (const queue of queues) terminal.json(queue);
    else terminal.out(toLines(queues));
    return queues.some(hasFailures) ? FOUND_OR_FAILED : DONE;
  });
}

/** Reads the numbers of the dead-letter queues, each behind the queue that it belongs to. */
export async function readNumbers(
  pairs: readonly DeadLetterQueue[],
  { sqs }: Pick<Connection, "sqs">,
  ages: OldestAges,
): Promise<QueueStatus[]> {
  const names = pairs.flatMap((pair) => [
    ...("queue" in pair.destination ? [{ name: pair.destination.queue, isDeadLetterQueue: false }] : []),
    { name: pair.name, isDeadLetterQueue: true },
  ]);
  const oldest = await ages(names.map(({ name }) => name));
  const found = await Promise.all(
    names.map(async ({ name, isDeadLetterQueue }): Promise<QueueStatus | null> => {
      const depth = await queueDepth(sqs, name);
      return depth && { queue: name, isDeadLetterQueue, ...depth, oldestSeconds: oldest.get(name) ?? null };
    }),
  );
  return found.filter((queue) => queue !== null);
}

function hasFailures({ isDeadLetterQueue, waiting, inFlight }: QueueStatus): boolean {
  return isDeadLetterQueue && waiting + inFlight > 0;
}

function toLines(queues: readonly QueueStatus[]): string[] {
  const rows = queues.map(({ queue, isDeadLetterQueue, waiting, inFlight, delayed, oldestSeconds }) => [
    isDeadLetterQueue ? `  ${queue}` : queue,
    toCount(waiting + delayed),
    toCount(inFlight),
    oldestSeconds === null ? "-" : toDuration(oldestSeconds),
  ]);
  const hint = queues.some(hasFailures) ? ["failed messages, with their reasons: npx pipeline dlq"] : [];
  return [...toTable([["queue", "waiting", "in flight", "oldest"], ...rows], [1, 2, 3]), ...hint];
}
