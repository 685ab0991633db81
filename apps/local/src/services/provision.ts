import { CreateBucketCommand } from "@aws-sdk/client-s3";
import {
  CreateTopicCommand,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { Queue, Subscription, Topology } from "../topology/topology.ts";
import type { AwsClients } from "./clients.ts";
import type { LocalServices } from "./local-services.ts";

type Provisioned = Pick<Topology, "buckets" | "topics" | "queues" | "subscriptions">;

/** Creates the resources of a topology, or updates those of an earlier run. Nothing is removed. */
export async function provision(
  { buckets, topics, queues, subscriptions }: Provisioned,
  clients: AwsClients,
): Promise<void> {
  for (const bucket of buckets) await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const { name } of topics) await clients.sns.send(new CreateTopicCommand({ Name: name }));
  for (const queue of queues) await provisionQueue(queue, clients);
  for (const subscription of subscriptions) await provisionSubscription(subscription, clients);
}

async function provisionQueue(queue: Queue, { sqs }: AwsClients): Promise<void> {
  const { name: QueueName, url: QueueUrl, redrive } = queue;
  const Attributes = {
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    DelaySeconds: String(queue.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(queue.receiveWaitSeconds),
    RedrivePolicy: redrive
      ? JSON.stringify({
          deadLetterTargetArn: redrive.deadLetterQueueArn,
          maxReceiveCount: redrive.maxReceiveCount,
        })
      : "",
  };
  try {
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw error;
    const { RedrivePolicy, ...others } = Attributes;
    await sqs.send(
      new CreateQueueCommand({ QueueName, Attributes: { ...others, ...(redrive && { RedrivePolicy }) } }),
    );
  }
}

async function provisionSubscription(subscription: Subscription, { sns }: AwsClients): Promise<void> {
  const { topicArn: TopicArn, queueArn: Endpoint } = subscription;
  const Attributes = {
    RawMessageDelivery: String(subscription.rawMessageDelivery),
    FilterPolicyScope: subscription.filterPolicyScope ?? "MessageAttributes",
    FilterPolicy: subscription.filterPolicy ?? "{}",
    ...(subscription.redrivePolicy && { RedrivePolicy: subscription.redrivePolicy }),
  };
  const existing = await subscriptionTo(Endpoint, TopicArn, sns);
  if (existing === undefined) {
    await sns.send(new SubscribeCommand({ TopicArn, Endpoint, Protocol: "sqs", Attributes }));
    return;
  }
  for (const [AttributeName, AttributeValue] of Object.entries(Attributes)) {
    await sns.send(
      new SetSubscriptionAttributesCommand({ SubscriptionArn: existing, AttributeName, AttributeValue }),
    );
  }
}

async function subscriptionTo(
  queueArn: string,
  TopicArn: string,
  sns: AwsClients["sns"],
): Promise<string | undefined> {
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client: sns },
    { TopicArn },
  )) {
    const found = Subscriptions.find(({ Endpoint }) => Endpoint === queueArn);
    if (found) return found.SubscriptionArn;
  }
  return undefined;
}

/**
 * Makes the messages visible that an earlier run had received when it ended: no other process can still be working on
 * them.
 */
export async function releaseInFlight(
  queues: readonly Pick<Queue, "name" | "url">[],
  clients: AwsClients,
  services: LocalServices,
): Promise<void> {
  for (const { name, url: QueueUrl } of queues) {
    for (const ReceiptHandle of services.receiptsInFlight(name)) {
      await clients.sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    }
  }
}
