import { NO_PROGRESS_MILLISECONDS } from "./progress-deadline.ts";

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
  { stallMilliseconds = NO_PROGRESS_MILLISECONDS, lookMilliseconds = LOOK_MILLISECONDS } = {},
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
