import { setTimeout as wait } from "node:timers/promises";

/** Time as a value, so that tests can move it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

export const systemClock: Clock = { now: Date.now, sleep: (milliseconds) => wait(milliseconds) };
