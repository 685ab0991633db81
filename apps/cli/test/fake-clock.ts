import type { Clock } from "@image-pipeline/local/clock";

/** A clock that only `sleep` moves. */
export function fakeClock(now = 0): Clock & { slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    async sleep(milliseconds) {
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}
