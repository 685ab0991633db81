/** Limit for a whole end-to-end test, for one that hangs without a watched progress. */
export const TEST_LIMIT_MILLISECONDS = 3_600_000;

/** The longest time without progress, on a machine that is busy with other work too. */
const STALL_MILLISECONDS = 600_000;
const LOOK_MILLISECONDS = 1000;

/**
 * Waits for work, for as long as it makes progress.
 *
 * @param progress returns a text that changes whenever the work gets on
 * @throws with that text, if it has not changed for ten minutes
 */
export async function whileProgressing<Result>(
  work: Promise<Result>,
  progress: () => string,
  { stallMilliseconds = STALL_MILLISECONDS, lookMilliseconds = LOOK_MILLISECONDS } = {},
): Promise<Result> {
  const { promise: stalled, reject } = Promise.withResolvers<never>();
  let last = progress();
  let since = performance.now();
  const timer = setInterval(() => {
    const now = progress();
    if (now !== last) since = performance.now();
    last = now;
    if (performance.now() - since >= stallMilliseconds)
      reject(new Error(`no progress for ${stallMilliseconds / 1000} s:\n${last}`));
  }, lookMilliseconds);
  try {
    return await Promise.race([work, stalled]);
  } finally {
    clearInterval(timer);
  }
}
