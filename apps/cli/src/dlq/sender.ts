import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { messageGroups } from "@image-pipeline/schema/events";
import { LIVE_ALIAS } from "@image-pipeline/schema/names";
import type { Connection } from "../connection/connect.ts";
import type { DeadLetter } from "./dead-letter.ts";
import type { DeadLetterQueue } from "./dead-letter-queues.ts";

/** Sends a message of a dead-letter queue back. */
export type Sender = (letter: DeadLetter) => Promise<void>;

export interface SenderPorts {
  sqs: SQSClient;
  lambda: LambdaClient;
  /** The message group of a key. */
  groupOf: (key: string) => string;
}

/**
 * Sends a message to its queue with its attributes and its group, or its key's: the workflow sends to its dead-letter queue
 * without a group. An event goes to its function as it came, by an asynchronous
 * invocation, so that Lambda's own retries and the failure queue are behind it again.
 */
export function awsSender({ sqs, lambda, groupOf }: SenderPorts): Sender {
  return async ({ queue: { destination }, message, payload, key }) => {
    if ("url" in destination) {
      const { MessageAttributes, Attributes = {} } = message;
      const MessageGroupId = Attributes.MessageGroupId ?? (key === null ? undefined : groupOf(key));
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: destination.url,
          MessageBody: payload,
          MessageAttributes,
          MessageGroupId,
        }),
      );
    } else {
      await lambda.send(
        new InvokeCommand({
          FunctionName: destination.functionName,
          Qualifier: LIVE_ALIAS,
          InvocationType: "Event",
          Payload: new TextEncoder().encode(payload),
        }),
      );
    }
  };
}

/** Runs with a sender for a connected pipeline. */
export async function withSender<Result>(
  { sqs, client, pipeline: { uploads } }: Pick<Connection, "sqs" | "client" | "pipeline">,
  run: (send: Sender) => Promise<Result>,
): Promise<Result> {
  const lambda = new LambdaClient(client);
  const groupOf = messageGroups({ prefix: uploads.prefix, pattern: uploads.tenantPattern });
  try {
    return await run(awsSender({ sqs, lambda, groupOf }));
  } finally {
    lambda.destroy();
  }
}

/** The name of the queue or function that a message goes back to. */
export function destinationOf({ destination }: Pick<DeadLetterQueue, "destination">): string {
  return "queue" in destination ? destination.queue : destination.functionName;
}
