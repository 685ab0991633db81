/** SQS keeps a message invisible for at most 12 hours after it was received. */
const MAX_SECONDS = 11 * 60 * 60;
/** Deliveries of an outage that failed together are not repeated together. */
const JITTER = 0.2;

/**
 * Returns the time until the next attempt in whole seconds: that of the schedule, a fifth more or less, and never before the
 * time that the receiver asks for.
 *
 * @param attempt the number of the attempt that failed, from 1
 * @param random from 0 to 1
 */
export function toRetrySeconds(
  schedule: readonly number[],
  { attempt, retryAfterSeconds = 0 }: { attempt: number; retryAfterSeconds?: number | undefined },
  random: number,
): number {
  const planned = schedule[attempt - 1] ?? schedule.at(-1) ?? 1;
  const wait = Math.max(planned * (1 - JITTER + 2 * JITTER * random), retryAfterSeconds);
  return Math.min(MAX_SECONDS, Math.max(1, Math.round(wait)));
}
