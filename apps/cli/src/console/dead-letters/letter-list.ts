import type { Clock } from "@image-pipeline/local/clock";
import type { Failure } from "@image-pipeline/schema/processing";
import type * as z from "zod";
import type { FailureRecords } from "../../dlq/failure-records.ts";
import type { ShownMessage } from "../../dlq/json.ts";
import type { Reading } from "../../dlq/read-dead-letters.ts";
import { readSelected } from "../../dlq/select.ts";
import { toShown } from "../../dlq/show.ts";

/** A message of the list; a payload that would take too much memory is left out. */
export type ListedLetter = Omit<z.infer<typeof ShownMessage>, "payload"> & { payload: string | null };

/** The messages in the dead-letter queues at one time. */
export interface LetterList {
  /** Milliseconds since 1970. */
  at: number;
  letters: readonly ListedLetter[];
}

/** 64 MB of memory for payloads. */
const MAX_CHARACTERS = 32 * 1024 * 1024;

/** Reads every message, ten at a time, since SQS has no other way. @param onRead called with the number so far */
export async function readLetterList(
  reading: Reading,
  clock: Pick<Clock, "now">,
  onRead: (count: number) => void,
): Promise<LetterList> {
  const found = await readSelected(reading, {}, onRead);
  const at = clock.now();
  let characters = 0;
  const letters = found.map((letter) => {
    const shown = toShown(letter, at);
    characters += shown.payload.length;
    return characters > MAX_CHARACTERS ? { ...shown, payload: null } : shown;
  });
  return { at, letters };
}

/** The list without some messages. */
export function without({ at, letters }: LetterList, ids: ReadonlySet<string>): LetterList {
  return { at, letters: letters.filter(({ id }) => !ids.has(id)) };
}

/** Records of failures that do not change any more: the worker writes them before a message gets to a dead-letter queue. */
export function keptRecords(): (records: FailureRecords) => FailureRecords {
  const kept = new Map<string, Failure | undefined>();
  return (records) => ({
    async find(messageId) {
      if (kept.has(messageId)) return kept.get(messageId);
      const found = await records.find(messageId);
      if (kept.size >= MAX_RECORDS) kept.clear();
      kept.set(messageId, found);
      return found;
    },
  });
}

const MAX_RECORDS = 50_000;
