import { ImageRejection } from "./image-rejection.ts";

/** A clock in milliseconds from any fixed point. */
export interface Clock {
  now(): number;
}

/** Remaining time for one picture. */
export interface TimeBudget {
  /**
   * Returns the remaining seconds for sharp's `timeout`: a whole number, at least one.
   *
   * @throws {ImageRejection} `RENDER_TIMEOUT` once no time remains
   */
  secondsLeft(): number;
  /** Returns the rejection of a picture whose time is used up. */
  spent(cause?: unknown): ImageRejection;
}

export function timeBudget(maxSeconds: number, clock: Clock): TimeBudget {
  const end = clock.now() + maxSeconds * 1000;
  const spent = (cause?: unknown) =>
    new ImageRejection(
      "RENDER_TIMEOUT",
      `The picture took longer to render than the ${maxSeconds} s that are allowed. Upload a smaller or simpler version.`,
      { cause },
    );
  return {
    secondsLeft() {
      const left = end - clock.now();
      if (left <= 0) throw spent();
      return Math.min(3600, Math.ceil(left / 1000));
    },
    spent,
  };
}
