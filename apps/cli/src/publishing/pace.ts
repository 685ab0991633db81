import type { Clock } from "@image-pipeline/local/clock";

/** Limits a rate, spread out evenly. */
export interface Pace {
  /** Waits until `count` more are allowed, or the signal aborts. */
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
