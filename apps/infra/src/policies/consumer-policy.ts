import type { Statement } from "./policy-document.ts";

/** Allows Lambda's poller, which uses the function's role, to receive (AWSLambdaSQSQueueExecutionRole, for one queue). */
export function consumeQueue(queueArn: string): Statement {
  return {
    Sid: "ConsumeQueue",
    Effect: "Allow",
    Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    Resource: queueArn,
  };
}

/** Allows a handler to set when a failed message is received again. */
export function deferMessages(queueArn: string): Statement {
  return {
    Sid: "DeferMessages",
    Effect: "Allow",
    Action: "sqs:ChangeMessageVisibility",
    Resource: queueArn,
  };
}
