import type { Clock } from "./clock.ts";
import type { DeadLetter } from "./dead-letter.ts";
import type { HeldQueue } from "./held-queue.ts";
import { type Reading, readDeadLetters } from "./read-dead-letters.ts";
import type { Sender } from "./sender.ts";

export interface RedriveOptions {
  /** Only letters of this reason; null for all. */
  reason: string | null;
  /** At most so many; null for all. */
  limit: number | null;
  /** Letters a second. */
  rate: number;
  isDryRun: boolean;
}

export interface RedrivePorts extends Reading {
  send: Sender;
  clock: Clock;
  /** Hears of each letter that was sent back, or in a dry run would be. */
  onRedriven: (letter: DeadLetter) => void;
}

/**
 * Sends dead letters back. Each is sent before it is removed, so that a crash in between leaves it twice and never not at
 * all: the pipeline does no work twice. A letter that comes back while this runs is left for the next time.
 *
 * @returns how many were sent back
 * @throws the first error of a letter that could not be sent; it stays where it is
 */
export async function redrive(
  { reason, limit, rate, isDryRun }: RedriveOptions,
  { send, clock, onRedriven, ...reading }: RedrivePorts,
): Promise<number> {
  const startedAt = clock.now();
  const most = limit ?? Number.POSITIVE_INFINITY;
  let count = 0;

  async function move(letter: DeadLetter, held: HeldQueue): Promise<void> {
    if (!isDryRun) {
      await clock.sleep(count === 0 ? 0 : 1000 / rate);
      await send(letter);
      await held.remove(letter.message);
    }
    count++;
    onRedriven(letter);
  }

  const isMeant = (letter: DeadLetter) =>
    letter.sentAt < startedAt && (reason === null || letter.reason === reason);
  await readDeadLetters(reading, async (letters, held) => {
    for (const letter of letters.filter(isMeant)) {
      if (count >= most || reading.signal.aborted) return false;
      await move(letter, held);
    }
    return count < most;
  });
  return count;
}
