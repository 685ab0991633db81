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
  topicArns: readonly string[];
  queueName: string;
  /** The `type` attributes that reach the queue; all when empty. */
  types: readonly string[];
}

/** A queue that is subscribed to topics until it is closed. */
export interface TemporaryQueue {
  url: string;
  /** Renews the tag of a queue in use, at most once a minute. */
  keepAlive(): Promise<void>;
  close(): Promise<void>;
}

/** @throws {Error} when a topic does not exist; then the queue is removed */
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
  const subscriptions: (string | undefined)[] = [];
  async function close(): Promise<void> {
    await Promise.all([
      ...subscriptions.map((SubscriptionArn) => sns.send(new UnsubscribeCommand({ SubscriptionArn }))),
      sqs.send(new DeleteQueueCommand({ QueueUrl })),
    ]);
  }
  try {
    for await (const subscription of subscribe(QueueUrl, options)) subscriptions.push(subscription);
    let renewedAt = clock.now();
    return {
      url: QueueUrl,
      async keepAlive() {
        if (clock.now() - renewedAt < RENEWAL_MILLISECONDS) return;
        renewedAt = clock.now();
        await sqs.send(new TagQueueCommand({ QueueUrl, Tags: alive() }));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Subscribes a queue to topic after topic, and yields the ARN of each subscription. */
async function* subscribe(
  QueueUrl: string,
  { sns, sqs, topicArns, types }: TemporaryQueueOptions,
): AsyncGenerator<string | undefined> {
  const asked = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  const queueArn = asked.Attributes?.QueueArn;
  if (!queueArn) throw new Error(`SQS returned no ARN of ${QueueUrl}`);
  const Policy = JSON.stringify(allowTopics(queueArn, topicArns));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const subscription = {
    Protocol: "sqs",
    Endpoint: queueArn,
    ReturnSubscriptionArn: true,
    Attributes: {
      RawMessageDelivery: "true",
      ...(types.length > 0 && { FilterPolicy: JSON.stringify({ type: types }) }),
    },
  };
  for (const TopicArn of topicArns) {
    const { SubscriptionArn } = await sns.send(new SubscribeCommand({ TopicArn, ...subscription }));
    yield SubscriptionArn;
  }
}

function allowTopics(queueArn: string, topicArns: readonly string[]) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": topicArns } },
      },
    ],
  };
}
