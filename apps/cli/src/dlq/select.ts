import { UserFault } from "@image-pipeline/schema/user-fault";
import { didYouMean } from "../program/did-you-mean.ts";
import type { DeadLetter } from "./dead-letter.ts";
import { type Reading, readDeadLetters } from "./read-dead-letters.ts";

/** Fewer characters of an id would soon be ambiguous. */
const SHORTEST_ID = 4;

/** The messages that a command is about. */
export interface Selection {
  /** An id, its first characters, or a key; undefined for all. */
  message?: string | undefined;
  /** Only messages that failed for this reason. */
  reason?: string | undefined;
  /** Only messages with these ids. */
  ids?: ReadonlySet<string> | undefined;
}

/** Tells if a message is in a selection. */
export function isSelected(letter: DeadLetter, { message, reason, ids }: Selection): boolean {
  return (
    (reason === undefined || letter.reason === reason) &&
    (message === undefined || isNamed(letter, message)) &&
    (ids === undefined || ids.has(letter.id))
  );
}

/** An id is named by its first characters; a key by all of it. */
function isNamed({ id, key }: DeadLetter, message: string): boolean {
  return key === message || (message.length >= SHORTEST_ID && id.startsWith(message));
}

/**
 * Reads the messages of a selection, and leaves them in their queues.
 *
 * @throws {UserFault} when other messages are there and none of the selection, or two ids begin with the same characters
 */
export async function readSelected(
  reading: Reading,
  selection: Selection,
  onRead: (count: number) => void = () => {},
): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  await readDeadLetters(reading, async (found) => {
    letters.push(...found);
    onRead(letters.length);
    return true;
  });
  const selected = letters.filter((letter) => isSelected(letter, selection));
  if (reading.signal.aborted) return selected;
  if (selected.length === 0) throwIfUnknown(letters, selection);
  throwIfAmbiguous(selected, selection);
  return selected;
}

/** @throws {UserFault} that names the reasons there are; an empty queue is no mistake of the reason's */
export function throwIfUnknown(letters: readonly Pick<DeadLetter, "reason">[], selection: Selection): void {
  const { message, reason } = selection;
  if (message !== undefined)
    throw new UserFault(`no dead-letter queue holds a message "${message}": see npx pipeline dlq`);
  const reasons = [...new Set(letters.map((letter) => letter.reason))].sort();
  if (reason === undefined || reasons.length === 0 || reasons.includes(reason)) return;
  throw new UserFault(`no message failed for "${reason}": ${didYouMean(reason, reasons)}`);
}

function throwIfAmbiguous(selected: readonly DeadLetter[], { message }: Selection): void {
  if (message === undefined || selected.every(({ key }) => key === message)) return;
  if (selected.length <= 1) return;
  const ids = selected.map(({ id, key }) => `  ${id}  ${key ?? ""}`.trimEnd());
  throw new UserFault(`${selected.length} ids begin with "${message}": give more of it\n${ids.join("\n")}`);
}

/** The first characters of each id, as many as tell them all apart. */
export function toShortIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const longest = Math.max(0, ...ids.map((id) => id.length));
  for (let length = SHORTEST_ID; length < longest; length++) {
    const short = ids.map((id) => id.slice(0, length));
    if (new Set(short).size === new Set(ids).size) return new Map(ids.map((id, at) => [id, short[at] ?? id]));
  }
  return new Map(ids.map((id) => [id, id]));
}
