import { toTable } from "../terminal/table.ts";
import { toCount, toDuration } from "../terminal/units.ts";
import type { DeadLetter } from "./dead-letter.ts";
import type { DeadLetterQueue } from "./dead-letter-queues.ts";
import type { DeadLetterMessage } from "./json.ts";
import { toShortIds } from "./select.ts";
import { destinationOf } from "./sender.ts";

/** A group names this many messages to a person; a program gets them all. */
const NAMED = 10;

/** Messages of one queue that failed for the same reason, oldest first. */
export interface Group {
  queue: string;
  reason: string;
  letters: DeadLetter[];
}

/** Groups messages, the largest group first. */
export function toGroups(letters: readonly DeadLetter[]): Group[] {
  const oldestFirst = letters.toSorted((a, b) => a.sentAt - b.sentAt);
  const groups = Map.groupBy(oldestFirst, ({ queue, reason }) => JSON.stringify([queue.name, reason]));
  return [...groups.values()]
    .flatMap((group) =>
      group.slice(0, 1).map(({ queue, reason }) => ({ queue: queue.name, reason, letters: group })),
    )
    .sort((a, b) => b.letters.length - a.letters.length);
}

/**
 * The messages of every queue, for a person:
 *
 *     image-pipeline-dev-renditions-dlq → image-pipeline-dev-renditions: 2 messages
 *       2 STORE_DENIED, the oldest 1h 5m ago
 *         18a6  photos/a.jpg  1h 5m  AccessDenied: …
 *         77c0  photos/b.jpg  12m    AccessDenied: …
 *
 * @param now milliseconds since 1970
 */
export function toListing(
  queues: readonly DeadLetterQueue[],
  letters: readonly DeadLetter[],
  now: number,
): string[] {
  const groups = toGroups(letters);
  const shortIds = toShortIds(letters.map(({ id }) => id));
  return queues.flatMap((queue) => {
    const own = groups.filter((group) => group.queue === queue.name);
    const count = own.reduce((sum, group) => sum + group.letters.length, 0);
    const lines = own.flatMap((group) => toLines(group, { now, shortIds }));
    return [`${queue.name} → ${destinationOf(queue)}: ${toCount(count)}`, ...lines];
  });
}

function toLines(
  { reason, letters }: Group,
  { now, shortIds }: { now: number; shortIds: ReadonlyMap<string, string> },
): string[] {
  const rows = letters
    .slice(0, NAMED)
    .map((letter) => [
      shortIds.get(letter.id) ?? letter.id,
      letter.key ?? "(no image event)",
      toDuration(ageSeconds(letter, now)),
      letter.text,
    ]);
  const oldest = Math.max(...letters.map((letter) => ageSeconds(letter, now)));
  const more = letters.length - rows.length;
  return [
    `  ${toCount(letters.length)} ${reason}, oldest ${toDuration(oldest)}`,
    ...toTable(rows).map((row) => `    ${row}`),
    ...(more > 0 ? [`    and ${toCount(more)} more: --json lists them all`] : []),
  ];
}

export function ageSeconds({ sentAt }: Pick<DeadLetter, "sentAt">, now: number): number {
  return Math.max(0, Math.round((now - sentAt) / 1000));
}

/** One message as `--json` writes it. */
export function toMessage(letter: DeadLetter, now: number): DeadLetterMessage {
  const { id, queue, reason, text, key, sentAt } = letter;
  return {
    id,
    queue: queue.name,
    target: destinationOf(queue),
    reason,
    text,
    key,
    sentAt: new Date(sentAt).toISOString(),
    ageSeconds: ageSeconds(letter, now),
  };
}
