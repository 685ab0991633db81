import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import type { Construct } from "constructs";
import type { StackContext } from "../deployment.ts";
import { denyStrangers } from "../policies/sender-policy.ts";
import { FailureQueue } from "./failure-queue.ts";
import type { NodeFunction } from "./node-function.ts";

/** Lambda's maximums for an asynchronous invocation. */
const RETRIES = 2;
const MAX_EVENT_AGE_SECONDS = 6 * 60 * 60;

/**
 * The two queues for an event whose every attempt failed: the failure queue gets it with its error, the function's DLQ gets
 * the bare event, even if the destination cannot be reached.
 */
export interface FailureQueues {
  failures: FailureQueue;
  deadLetters: FailureQueue;
}

export interface FailureQueuesProps {
  /** The function whose role sends to them. */
  functionName: string;
  failureQueue: string;
  deadLetterQueue: string;
}

/** Creates the failure queues of a function that is invoked asynchronously. */
export function failureQueues(
  scope: Construct,
  context: StackContext,
  { functionName, failureQueue, deadLetterQueue }: FailureQueuesProps,
): FailureQueues {
  const { keyArn, pipeline } = context;
  const { operators } = pipeline.iam;
  const senders = (arn: string) => [
    denyStrangers("sqs:SendMessage", arn, { ...context, roles: [functionName], operators, additional: [] }),
  ];
  return {
    failures: new FailureQueue(scope, "Failures", { queueName: failureQueue, keyArn, senders }),
    deadLetters: new FailureQueue(scope, "DeadLetters", { queueName: deadLetterQueue, keyArn, senders }),
  };
}

/** Configures Lambda to retry a failed invocation, then to send it to the failure queue. */
export function keepFailedInvocations(
  scope: Construct,
  handler: NodeFunction,
  { failures }: FailureQueues,
): void {
  new LambdaFunctionEventInvokeConfig(scope, "AsyncInvocation", {
    functionName: handler.function.functionName,
    maximumRetryAttempts: RETRIES,
    maximumEventAgeInSeconds: MAX_EVENT_AGE_SECONDS,
    destinationConfig: { onFailure: { destination: failures.queue.arn } },
  });
}
