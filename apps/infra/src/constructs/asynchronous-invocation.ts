import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import type { Construct } from "constructs";
import type { StackContext } from "../deployment.ts";
import type { Statement } from "../policies/policy-document.ts";
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
  /** Services that may send to the DLQ, beside the function's role. */
  senders?: (queueArn: string) => Statement[];
}

/** Creates the failure queues of a function that is invoked asynchronously. */
export function failureQueues(
  scope: Construct,
  context: StackContext,
  { functionName, failureQueue, deadLetterQueue, senders = () => [] }: FailureQueuesProps,
): FailureQueues {
  const { keyArn, pipeline } = context;
  const { operators } = pipeline.iam;
  const deny = (arn: string) =>
    denyStrangers("sqs:SendMessage", arn, { ...context, roles: [functionName], operators, additional: [] });
  return {
    failures: new FailureQueue(scope, "Failures", {
      queueName: failureQueue,
      keyArn,
      senders: (arn) => [deny(arn)],
    }),
    deadLetters: new FailureQueue(scope, "DeadLetters", {
      queueName: deadLetterQueue,
      keyArn,
      senders: (arn) => [...senders(arn), deny(arn)],
    }),
  };
}

/**
 * Configures Lambda to retry a failed invocation, then to send it to the failure queue. Lambda has settings for each alias;
 * those of the function itself are for invocations that do not name the alias, such as those that a deployment overtakes.
 */
export function keepFailedInvocations(
  scope: Construct,
  handler: NodeFunction,
  { failures }: FailureQueues,
): void {
  const settings = {
    functionName: handler.function.functionName,
    maximumRetryAttempts: RETRIES,
    maximumEventAgeInSeconds: MAX_EVENT_AGE_SECONDS,
    destinationConfig: { onFailure: { destination: failures.queue.arn } },
  };
  new LambdaFunctionEventInvokeConfig(scope, "AsyncInvocation", settings);
  new LambdaFunctionEventInvokeConfig(scope, "LiveAsyncInvocation", {
    ...settings,
    qualifier: handler.live.name,
  });
}
