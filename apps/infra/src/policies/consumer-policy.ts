import type { Statement } from "./policy-document.ts";

/** What Lambda's poller does with the role of the function it feeds (AWSLambdaSQSQueueExecutionRole, for one queue). */
export function consumeQueue(queueArn: string): Statement {
  return {
    Sid: "ConsumeQueue",
    Effect: "Allow",
    Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    Resource: queueArn,
  };
}

/** What a handler needs that says itself when a failed message comes again. */
export function deferMessages(queueArn: string): Statement {
  return {
    Sid: "DeferMessages",
    Effect: "Allow",
    Action: "sqs:ChangeMessageVisibility",
    Resource: queueArn,
  };
}
