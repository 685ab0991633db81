import type { Clock } from "../clock.ts";

/** The pause after a round that failed. */
const PAUSE_MILLISECONDS = 1000;

/** Runs in the background until it is stopped. */
export interface Poller {
  /** Resolves when no round is running any more. */
  stop(): Promise<void>;
}

export interface PollerOptions {
  /** The number of rounds that run at the same time. */
  concurrency: number;
  clock: Clock;
  /** Called for an error, but not again for the same error until a round has succeeded. */
  onError(error: unknown): void;
}

/** Runs one round after the other; a pause follows a round that fails. */
export function startPoller(
  round: (signal: AbortSignal) => Promise<void>,
  { concurrency, clock, onError }: PollerOptions,
): Poller {
  const stopping = new AbortController();
  const { signal } = stopping;
  const reported = new Set<string>();
  async function loop(): Promise<void> {
    while (!signal.aborted) {
      try {
        await round(signal);
        reported.clear();
      } catch (error) {
        if (signal.aborted) return;
        if (!reported.has(String(error))) onError(error);
        reported.add(String(error));
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
