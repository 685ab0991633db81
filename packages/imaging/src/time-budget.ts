import { ImageRejection } from "./image-rejection.ts";

/** Tells the time, in milliseconds from any fixed point. */
export interface Clock {
  now(): number;
}

/** What is left of the time that one picture may take. */
export interface TimeBudget {
  /**
   * Seconds left, a whole number of at least one, as sharp's `timeout` takes them.
   *
   * @throws {ImageRejection} `RENDER_TIMEOUT` once there are none
   */
  secondsLeft(): number;
  /** The rejection of a picture that used up its time. */
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
