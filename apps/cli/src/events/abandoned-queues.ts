import { paginateListSubscriptionsByTopic, type SNSClient, UnsubscribeCommand } from "@aws-sdk/client-sns";
import {
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueueTagsCommand,
  paginateListQueues,
  QueueDoesNotExist,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** The tag in which a follower says when it was last alive, in seconds since 1970. */
export const ALIVE_TAG = "image-pipeline-events-alive";
/** A follower that is alive renews its tag every minute. */
const ABANDONED_SECONDS = 10 * 60;

export interface AbandonedQueuesOptions {
  sns: SNSClient;
  sqs: SQSClient;
  topicArns: readonly string[];
  /** The beginning of the names of every follower's queue. */
  prefix: string;
  /** Milliseconds since 1970. */
  now: number;
}

/** Removes the queues of followers that were killed, with their subscriptions. */
export async function removeAbandonedQueues(options: AbandonedQueuesOptions): Promise<void> {
  const { sqs, sns, topicArns } = options;
  const abandoned = await findAbandoned(options);
  if (abandoned.length === 0) return;
  const arns = new Set(abandoned.map(({ arn }) => arn));
  for (const TopicArn of topicArns)
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
      { client: sns },
      { TopicArn },
    ))
      for (const { SubscriptionArn = "", Endpoint = "" } of Subscriptions)
        if (arns.has(Endpoint)) await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  for (const { url } of abandoned) await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
}

async function findAbandoned({
  sqs,
  prefix,
  now,
}: AbandonedQueuesOptions): Promise<{ url: string; arn: string }[]> {
  const found: { url: string; arn: string }[] = [];
  for await (const { QueueUrls = [] } of paginateListQueues({ client: sqs }, { QueueNamePrefix: prefix }))
    for (const url of QueueUrls) {
      const queue = await lookAt(sqs, url);
      if (queue && now / 1000 - queue.aliveAt > ABANDONED_SECONDS) found.push({ url, arn: queue.arn });
    }
  return found;
}

/** @returns null when the queue was removed meanwhile */
async function lookAt(sqs: SQSClient, QueueUrl: string): Promise<{ arn: string; aliveAt: number } | null> {
  try {
    const [{ Tags = {} }, { Attributes = {} }] = await Promise.all([
      sqs.send(new ListQueueTagsCommand({ QueueUrl })),
      sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn", "CreatedTimestamp"] })),
    ]);
    const { QueueArn = "", CreatedTimestamp } = Attributes;
    return { arn: QueueArn, aliveAt: Number(Tags[ALIVE_TAG] ?? CreatedTimestamp) };
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return null;
    throw error;
  }
}
