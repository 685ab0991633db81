import type { Limits } from "@image-pipeline/schema/config";
import { PipelineError } from "@image-pipeline/schema/processing";
import type { Context } from "aws-lambda";

/** The time of one invocation: the date, and how long it may still run. */
export interface InvocationClock {
  now(): Date;
  remainingMilliseconds(): number;
}

export function invocationClock(context: Pick<Context, "getRemainingTimeInMillis">): InvocationClock {
  return { now: () => new Date(), remainingMilliseconds: () => context.getRemainingTimeInMillis() };
}

/** Waits between two attempts; tests pass one that returns at once. */
export type Wait = (milliseconds: number) => Promise<unknown>;

/** A step starts only with this much time left, so that its message returns to the queue before the function is killed. */
export const RESERVE_MILLISECONDS = 3_000;

/** @throws {PipelineError} `OUT_OF_TIME` when less than the reserve is left to this invocation */
export function requireTime(clock: InvocationClock, purpose: string): void {
  const left = clock.remainingMilliseconds();
  if (left < RESERVE_MILLISECONDS) throw new PipelineError("OUT_OF_TIME", `only ${left} ms left ${purpose}`);
}

/**
 * Runs work on a picture within the limit for every picture, or within the time left to the invocation if that is shorter.
 * Only the limit for every picture makes a picture too slow: a shorter time is the invocation's fault.
 *
 * @param purpose the work, such as `to render`
 * @throws {PipelineError} `OUT_OF_TIME` when the work timed out in the shorter time, or could not start
 */
export async function withinTime<Answer>(
  { clock, limits, purpose }: { clock: InvocationClock; limits: Limits; purpose: string },
  work: (limits: Limits) => Promise<Answer>,
): Promise<Answer> {
  requireTime(clock, purpose);
  const leftSeconds = (clock.remainingMilliseconds() - RESERVE_MILLISECONDS) / 1000;
  const maxRenderSeconds = Math.max(1, Math.min(limits.maxRenderSeconds, leftSeconds));
  try {
    return await work({ ...limits, maxRenderSeconds });
  } catch (cause) {
    if (!isTimeout(cause) || maxRenderSeconds === limits.maxRenderSeconds) throw cause;
    throw new PipelineError("OUT_OF_TIME", `${maxRenderSeconds} s were too few ${purpose}`, { cause });
  }
}

/** Recognises the timeout of packages/imaging, which this package does not depend on. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && "reason" in error && error.reason === "RENDER_TIMEOUT";
}
