import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import type { Construct } from "constructs";
import { FailureQueue } from "./failure-queue.ts";
import type { NodeFunction } from "./node-function.ts";

/** Lambda's own bounds for an asynchronous invocation: as often and as long as it can. */
const RETRIES = 2;
const MAX_EVENT_AGE_SECONDS = 6 * 60 * 60;

/**
 * Where an event goes when every try of it has failed: with its error to the failure queue, and bare to the function's own
 * DLQ, which gets it even when the destination cannot be reached.
 */
export interface FailureQueues {
  failures: FailureQueue;
  deadLetters: FailureQueue;
}

export interface FailureQueuesProps {
  failureQueue: string;
  deadLetterQueue: string;
  keyArn: string | null;
}

/** The queues of a function that is invoked asynchronously, as children of its part. */
export function failureQueues(part: Construct, props: FailureQueuesProps): FailureQueues {
  const { failureQueue, deadLetterQueue, keyArn } = props;
  return {
    failures: new FailureQueue(part, "Failures", { queueName: failureQueue, keyArn }),
    deadLetters: new FailureQueue(part, "DeadLetters", { queueName: deadLetterQueue, keyArn }),
  };
}

/** Has Lambda try a failed invocation again, then keep it. */
export function keepFailedInvocations(
  part: Construct,
  handler: NodeFunction,
  { failures }: FailureQueues,
): void {
  new LambdaFunctionEventInvokeConfig(part, "AsyncInvocation", {
    functionName: handler.function.functionName,
    maximumRetryAttempts: RETRIES,
    maximumEventAgeInSeconds: MAX_EVENT_AGE_SECONDS,
    destinationConfig: { onFailure: { destination: failures.queue.arn } },
  });
}
