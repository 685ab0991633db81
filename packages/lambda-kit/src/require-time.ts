import { PipelineError } from "./pipeline-error.ts";
import type { Clock } from "./ports.ts";

/** A step begins only with this much time left, so that a message is given back rather than its function killed. */
export const RESERVE_MILLISECONDS = 3_000;

/** @throws {PipelineError} `OUT_OF_TIME` when less than the reserve is left to this invocation */
export function requireTime(clock: Clock, purpose: string): void {
  const left = clock.remainingMilliseconds();
  if (left < RESERVE_MILLISECONDS) throw new PipelineError("OUT_OF_TIME", `only ${left} ms left ${purpose}`);
}
