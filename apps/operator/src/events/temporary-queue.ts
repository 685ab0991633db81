import { type SNSClient, SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** What nobody reads for so long is of no use to somebody who follows live. */
const RETENTION_SECONDS = 15 * 60;

export interface TemporaryQueueOptions {
  sns: SNSClient;
  sqs: SQSClient;
  topicArn: string;
  queueName: string;
  /** The `type` attributes that reach the queue; every one when empty. */
  types: readonly string[];
}

/** A queue of one's own on a topic, which goes when it is closed. */
export interface TemporaryQueue {
  url: string;
  close(): Promise<void>;
}

/** @throws {Error} when the topic is not there; no queue is left then */
export async function openTemporaryQueue(options: TemporaryQueueOptions): Promise<TemporaryQueue> {
  const { sqs, sns, queueName } = options;
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({
      QueueName: queueName,
      Attributes: { MessageRetentionPeriod: String(RETENTION_SECONDS) },
    }),
  );
  if (!QueueUrl) throw new Error(`SQS gives no URL of ${queueName}`);
  const removeQueue = () => sqs.send(new DeleteQueueCommand({ QueueUrl }));
  try {
    const SubscriptionArn = await subscribe(QueueUrl, options);
    return {
      url: QueueUrl,
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
  if (!queueArn) throw new Error(`SQS gives no ARN of ${QueueUrl}`);
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
