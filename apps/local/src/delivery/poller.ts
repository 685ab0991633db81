import type { Clock } from "../clock.ts";

/** How long a poller keeps quiet after a question to its queue failed. */
const PAUSE_MILLISECONDS = 1000;

/** Goes on in the background until it is stopped. */
export interface Poller {
  /** Resolves when nothing of it is under way any more. */
  stop(): Promise<void>;
}

export interface PollerOptions {
  /** How many rounds are under way at once. */
  concurrency: number;
  clock: Clock;
  onError(error: unknown): void;
}

/** Does one round after the other; a round that fails is reported and followed by a pause. */
export function startPoller(
  round: (signal: AbortSignal) => Promise<void>,
  { concurrency, clock, onError }: PollerOptions,
): Poller {
  const stopping = new AbortController();
  const { signal } = stopping;
  async function loop(): Promise<void> {
    while (!signal.aborted) {
      try {
        await round(signal);
      } catch (error) {
        if (signal.aborted) return;
        onError(error);
        await clock.sleep(PAUSE_MILLISECONDS, signal);
      }
    }
  }
  const loops = Array.from({ length: concurrency }, loop);
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}
