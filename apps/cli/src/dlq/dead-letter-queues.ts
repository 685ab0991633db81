import {
  GetSubscriptionAttributesCommand,
  NotFoundException,
  paginateListSubscriptionsByTopic,
  type SNSClient,
} from "@aws-sdk/client-sns";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { toDeadLetterArn } from "@image-pipeline/schema/aws";
import { SUBSCRIBERS } from "@image-pipeline/schema/names";
import { UserFault } from "@image-pipeline/schema/user-fault";
import type { Connection } from "../connection/connect.ts";

/** The destination of a redrive: a queue, which receives from a topic, or a function. */
export type Destination = { queue: string; url: string; topic: string } | { functionName: string };

/** A queue of messages that could not be processed. */
export interface DeadLetterQueue {
  name: string;
  url: string;
  destination: Destination;
}

export type Clients = Pick<Connection, "sns" | "sqs" | "names" | "accountId">;

/** The pipeline's own lanes, which are found even if a topic or its subscriptions are gone. */
const LANES = [SUBSCRIBERS.renditions, SUBSCRIBERS.backfill];

/**
 * Finds the dead-letter queue of every subscriber of either topic by its subscription, that of each lane by its queue, and
 * the two queues of failed invocations of ingest and of the scheduled audit. Lambda sends a failed event to both, so each is
 * there twice; sending it back twice does no harm. Subscriptions without a dead-letter queue are not the stacks' own.
 *
 * @throws {UserFault} when neither a subscription nor a lane names a dead-letter queue
 */
export async function findDeadLetterQueues(clients: Clients): Promise<DeadLetterQueue[]> {
  const { sqs, names } = clients;
  const found = await findSubscribedQueues(clients);
  // The first subscription of a queue counts, that to the image events.
  const byName = new Map(found.toReversed().map((one) => [one.deadLetterQueue, one]));
  if (byName.size === 0)
    throw new UserFault(
      `no subscription of ${names.imageEventsTopic} names a dead-letter queue: deploy the stacks again`,
    );
  const queues = [...byName.values()].sort((a, b) => a.deadLetterQueue.localeCompare(b.deadLetterQueue));
  const failures = [
    ...[names.ingestFailureQueue, names.ingestDeadLetterQueue].map((name) =>
      failureQueue(sqs, name, names.ingestFunction),
    ),
    // The schedule and the budget are optional: without them there are no such queues.
    ...[names.auditFailureQueue, names.auditDeadLetterQueue].map((name) =>
      failureQueue(sqs, name, names.auditFunction).catch(ifGone),
    ),
    ...[names.budgetFailureQueue, names.budgetDeadLetterQueue].map((name) =>
      failureQueue(sqs, name, names.budgetFunction).catch(ifGone),
    ),
  ];
  const all = [...queues.map((one) => toDeadLetterQueue(sqs, one)), ...failures];
  return (await Promise.all(all)).flat();
}

async function failureQueue(sqs: SQSClient, name: string, functionName: string): Promise<DeadLetterQueue> {
  return { name, url: await toUrl(sqs, name), destination: { functionName } };
}

/** The queues of messages that the subscribers of either topic, and the lanes, receive. */
export async function findSubscribedQueues({
  sns,
  sqs,
  names,
  accountId,
}: Clients): Promise<SubscribedQueue[]> {
  const topics = [names.imageEventsTopic, names.imageResultsTopic];
  const found = await Promise.all([
    ...topics.map((topic) => subscribersOf(sns, names.topicArn(topic, accountId)).catch(ifGone)),
    ...LANES.map((lane) =>
      laneOf(sqs, names.subscriberQueue(lane), { owner: accountId, topic: names.imageEventsTopic }).catch(
        ifGone,
      ),
    ),
  ]);
  return found.flat();
}

/** An operator may be here because something is missing: the rest is found all the same. */
function ifGone(error: unknown): [] {
  if (error instanceof NotFoundException || error instanceof QueueDoesNotExist) return [];
  throw error;
}

async function laneOf(
  sqs: SQSClient,
  queue: string,
  place: Pick<SubscribedQueue, "owner" | "topic">,
): Promise<SubscribedQueue[]> {
  const QueueUrl = await toUrl(sqs, queue);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["RedrivePolicy"] }),
  );
  const deadLetterQueue = toDeadLetterName(Attributes?.RedrivePolicy);
  return deadLetterQueue ? [{ deadLetterQueue, queue, ...place }] : [];
}

export interface SubscribedQueue {
  deadLetterQueue: string;
  queue: string;
  /** The account of the queue: an existing one may belong to another. */
  owner: string;
  /** The name of the topic that it is subscribed to; a queue of both is found for each. */
  topic: string;
}

async function subscribersOf(sns: SNSClient, TopicArn: string): Promise<SubscribedQueue[]> {
  const found: SubscribedQueue[] = [];
  const [topic = ""] = TopicArn.split(":").reverse();
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn }))
    for (const { SubscriptionArn = "", Endpoint = "", Protocol } of Subscriptions) {
      // A subscription that its queue's owner has not confirmed yet has no ARN.
      if (Protocol !== "sqs" || !SubscriptionArn.startsWith("arn:")) continue;
      const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
      const deadLetterQueue = toDeadLetterName(Attributes?.RedrivePolicy);
      const [queue = "", owner = ""] = Endpoint.split(":").reverse();
      if (deadLetterQueue) found.push({ deadLetterQueue, queue, owner, topic });
    }
  return found;
}

function toDeadLetterName(redrivePolicy: string | undefined): string | undefined {
  return toDeadLetterArn(redrivePolicy)?.split(":").at(-1);
}

async function toDeadLetterQueue(sqs: SQSClient, { deadLetterQueue, queue, owner, topic }: SubscribedQueue) {
  const url = await toUrl(sqs, deadLetterQueue);
  // Another account may not let us ask for its queue's URL, which differs only in owner and name.
  const destination = { queue, url: new URL(`/${owner}/${queue}`, url).href, topic };
  return { name: deadLetterQueue, url, destination };
}

async function toUrl(sqs: SQSClient, QueueName: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  if (QueueUrl) return QueueUrl;
  throw new UserFault(`there is no queue ${QueueName}: deploy the stacks, or choose another environment`);
}
