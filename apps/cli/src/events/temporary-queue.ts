import { type SNSClient, SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
  TagQueueCommand,
} from "@aws-sdk/client-sqs";
import type { Clock } from "@image-pipeline/local/clock";
import { ALIVE_TAG } from "./abandoned-queues.ts";

/** Older messages are of no use for following live. */
const RETENTION_SECONDS = 15 * 60;
const RENEWAL_MILLISECONDS = 60_000;

export interface TemporaryQueueOptions {
  sns: SNSClient;
  sqs: SQSClient;
  clock: Pick<Clock, "now">;
  topicArn: string;
  queueName: string;
  /** The `type` attributes that reach the queue; all when empty. */
  types: readonly string[];
}

/** A queue that is subscribed to a topic until it is closed. */
export interface TemporaryQueue {
  url: string;
  /** Renews the tag of a queue in use, at most once a minute. */
  keepAlive(): Promise<void>;
  close(): Promise<void>;
}

/** @throws {Error} when the topic does not exist; then the queue is removed */
export async function openTemporaryQueue(options: TemporaryQueueOptions): Promise<TemporaryQueue> {
  const { sqs, sns, queueName, clock } = options;
  const alive = () => ({ [ALIVE_TAG]: String(Math.floor(clock.now() / 1000)) });
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({
      QueueName: queueName,
      Attributes: { MessageRetentionPeriod: String(RETENTION_SECONDS) },
      tags: alive(),
    }),
  );
  if (!QueueUrl) throw new Error(`SQS returned no URL of ${queueName}`);
  const removeQueue = () => sqs.send(new DeleteQueueCommand({ QueueUrl }));
  try {
    const SubscriptionArn = await subscribe(QueueUrl, options);
    let renewedAt = clock.now();
    return {
      url: QueueUrl,
      async keepAlive() {
        if (clock.now() - renewedAt < RENEWAL_MILLISECONDS) return;
        renewedAt = clock.now();
        await sqs.send(new TagQueueCommand({ QueueUrl, Tags: alive() }));
      },
      async close() {
        await Promise.all([sns.send(new UnsubscribeCommand({ SubscriptionArn })), removeQueue()]);
      },
    };
  } catch (error) {
    await removeQueue();
    throw error;
  }
}

async function subscribe(
  QueueUrl: string,
  { sns, sqs, topicArn, types }: TemporaryQueueOptions,
): Promise<string | undefined> {
  const asked = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  const queueArn = asked.Attributes?.QueueArn;
  if (!queueArn) throw new Error(`SQS returned no ARN of ${QueueUrl}`);
  const Policy = JSON.stringify(allowTopic(queueArn, topicArn));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: "sqs",
      Endpoint: queueArn,
      ReturnSubscriptionArn: true,
      Attributes: {
        RawMessageDelivery: "true",
        ...(types.length > 0 && { FilterPolicy: JSON.stringify({ type: types }) }),
      },
    }),
  );
  return SubscriptionArn;
}

function allowTopic(queueArn: string, topicArn: string) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
      },
    ],
  };
}
