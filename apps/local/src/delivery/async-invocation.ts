import { z } from "zod";
import type { FunctionError, Outcome } from "../lambda-host/outcome.ts";
import type { AsynchronousSettings, LambdaFunction } from "../topology/topology.ts";

/** An event that waits in the queue for its function. */
export const AsyncInvocation = z.object({
  requestId: z.string(),
  /** The number of failed attempts. */
  failures: z.int().nonnegative(),
  /** The time of the request, in milliseconds since 1970. */
  since: z.number(),
  event: z.unknown(),
});
export type AsyncInvocation = z.infer<typeof AsyncInvocation>;

/** One minute before the second attempt, two before the third (docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html). */
const RETRY_SECONDS = [60, 120];

export type AsyncStep =
  | { step: "done" }
  | { step: "retry"; delaySeconds: number }
  | { step: "give-up"; condition: Condition; error: FunctionError };
export type Condition = "RetriesExhausted" | "EventAgeExceeded";

/** Decides the next step for an event after an attempt. */
export function stepAfter(
  { failures, since }: Pick<AsyncInvocation, "failures" | "since">,
  outcome: Outcome,
  { now, settings }: { now: number; settings: AsynchronousSettings },
): AsyncStep {
  if (outcome.ok) return { step: "done" };
  const { error } = outcome;
  if (failures >= settings.maximumRetryAttempts)
    return { step: "give-up", condition: "RetriesExhausted", error };
  const delaySeconds = RETRY_SECONDS[failures] ?? 0;
  const age = (now - since) / 1000 + delaySeconds;
  if (age > settings.maximumEventAgeSeconds) return { step: "give-up", condition: "EventAgeExceeded", error };
  return { step: "retry", delaySeconds };
}

/** Returns the record for the on-failure destination (docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html). */
export function toInvocationRecord(
  { requestId, failures, event }: AsyncInvocation,
  { condition, error }: { condition: Condition; error: FunctionError },
  { lambda, now }: { lambda: Pick<LambdaFunction, "arn">; now: number },
) {
  return {
    version: "1.0",
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${lambda.arn}:$LATEST`,
      condition,
      approximateInvokeCount: failures + 1,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: error,
  };
}
