import type { Clock } from "../clock.ts";

/** Lets through no more than so many a second, spread out evenly. */
export interface Pace {
  /** Waits until so many more may go, or the signal aborts. */
  take(count: number, signal: AbortSignal): Promise<void>;
}

export function pace(perSecond: number, clock: Clock): Pace {
  let freeAt = Number.NEGATIVE_INFINITY;
  return {
    async take(count, signal) {
      const now = clock.now();
      if (freeAt > now) await clock.sleep(freeAt - now, signal);
      freeAt = Math.max(now, freeAt) + (count / perSecond) * 1000;
    },
  };
}
