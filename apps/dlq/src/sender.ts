import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { DeadLetter } from "./dead-letter.ts";

/** Sends a dead letter back to where it came from. */
export type Sender = (letter: DeadLetter) => Promise<void>;

/**
 * A message goes to its queue with its attributes. An S3 event goes to ingest as S3 sent it, by an asynchronous
 * invocation, so that Lambda's own retries and the failure queue stand behind it again.
 */
export function awsSender({ sqs, lambda }: { sqs: SQSClient; lambda: LambdaClient }): Sender {
  return async ({ queue: { target }, message, payload }) => {
    if ("url" in target) {
      const { MessageAttributes } = message;
      await sqs.send(
        new SendMessageCommand({ QueueUrl: target.url, MessageBody: payload, MessageAttributes }),
      );
    } else {
      await lambda.send(
        new InvokeCommand({
          FunctionName: target.functionName,
          InvocationType: "Event",
          Payload: new TextEncoder().encode(payload),
        }),
      );
    }
  };
}

/** A target's name, for people. */
export function nameOf({ queue: { target } }: Pick<DeadLetter, "queue">): string {
  return "queue" in target ? target.queue : target.functionName;
}
