import { setTimeout as wait } from "node:timers/promises";

/** Time as a value, so that tests can move it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after this time, or at once when the signal aborts; never rejects. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    await wait(milliseconds, undefined, signal ? { signal } : {}).catch(() => "aborted: the caller checks");
  },
};
