import type { Clock } from "@image-pipeline/local/clock";
import type { DeadLetter } from "./dead-letter.ts";
import type { HeldQueue } from "./held-queue.ts";
import { type Reading, readDeadLetters } from "./read-dead-letters.ts";
import { isSelected, type Selection, throwIfUnknown } from "./select.ts";
import type { Sender } from "./sender.ts";

export interface RedriveOptions extends Selection {
  /** The largest number of messages; all when undefined. */
  limit?: number | undefined;
  /** Messages per second. */
  rate: number;
  dryRun?: boolean | undefined;
}

export interface RedrivePorts extends Reading {
  send: Sender;
  clock: Clock;
  /** Called for each message that was sent back, or in a dry run would be. */
  onRedriven: (letter: DeadLetter) => void;
}

/**
 * Sends messages back. Each is sent before it is removed, so that a crash in between leaves it twice and never loses it:
 * the pipeline does no work twice. A message that fails again while this runs is left for the next time.
 *
 * @returns how many were sent back
 * @throws {UserFault} when there are messages, but none of the selection
 * @throws the first error of a message that could not be sent; it stays in its queue
 */
export async function redrive(
  { limit = Number.POSITIVE_INFINITY, rate, dryRun = false, ...selection }: RedriveOptions,
  { send, clock, onRedriven, ...reading }: RedrivePorts,
): Promise<number> {
  const startedAt = clock.now();
  const others: DeadLetter[] = [];
  let count = 0;

  async function move(letter: DeadLetter, held: HeldQueue): Promise<void> {
    if (!dryRun) {
      await clock.sleep(count === 0 ? 0 : 1000 / rate, reading.signal);
      if (reading.signal.aborted) return;
      await send(letter);
      await held.remove(letter.message);
    }
    count++;
    onRedriven(letter);
  }

  await readDeadLetters(reading, async (letters, held) => {
    for (const letter of letters) {
      if (count >= limit || reading.signal.aborted) return false;
      if (!isSelected(letter, selection)) others.push(letter);
      else if (letter.sentAt < startedAt) await move(letter, held);
    }
    return count < limit;
  });
  if (count === 0 && others.length > 0 && !reading.signal.aborted) throwIfUnknown(others, selection);
  return count;
}
