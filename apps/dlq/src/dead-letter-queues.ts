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
import { type Connection, UserFault } from "@image-pipeline/operator-kit";
import { toDeadLetterArn } from "@image-pipeline/schema/aws";
import { SUBSCRIBERS } from "@image-pipeline/schema/config";

/** Where a dead letter goes back to. */
export type Target = { queue: string; url: string } | { functionName: string };

/** A queue that keeps what could not be done. */
export interface DeadLetterQueue {
  name: string;
  url: string;
  target: Target;
}

export type Places = Pick<Connection, "sns" | "sqs" | "names" | "accountId">;

/** The pipeline's own subscribers, whose queues are found even if a topic or its subscriptions were deleted. */
const LANES = [SUBSCRIBERS.renditions, SUBSCRIBERS.backfill];

/**
 * The dead-letter queue of every subscriber of either topic, as its subscription names it, of each lane as its queue names
 * it, and the two queues of S3 events that ingest could not publish. Lambda sends such an event to both, so each lies there
 * twice; to send it back twice does no harm. A subscription without a dead-letter queue is none that the stacks made.
 *
 * @throws {UserFault} when neither a subscription nor a lane names a dead-letter queue
 */
export async function findDeadLetterQueues(places: Places): Promise<DeadLetterQueue[]> {
  const { sqs, names } = places;
  const found = await findSubscribedQueues(places);
  const byName = new Map(found.map((one) => [one.deadLetterQueue, one]));
  if (byName.size === 0)
    throw new UserFault(
      `no subscription of ${names.imageEventsTopic} names a dead-letter queue: deploy the stacks again`,
    );
  const queues = [...byName.values()].sort((a, b) => a.deadLetterQueue.localeCompare(b.deadLetterQueue));
  const target = { functionName: names.ingestFunction };
  const failures = [names.ingestFailureQueue, names.ingestDeadLetterQueue];
  return [
    ...(await Promise.all(queues.map((one) => toDeadLetterQueue(sqs, one)))),
    ...(await Promise.all(failures.map(async (name) => ({ name, url: await toUrl(sqs, name), target })))),
  ];
}

async function findSubscribedQueues({ sns, sqs, names, accountId }: Places): Promise<SubscribedQueue[]> {
  const topics = [names.imageEventsTopic, names.imageResultsTopic];
  const found = await Promise.all([
    ...topics.map((topic) => subscribersOf(sns, names.topicArn(topic, accountId)).catch(ifGone)),
    ...LANES.map((lane) => laneOf(sqs, names.subscriberQueue(lane), accountId).catch(ifGone)),
  ]);
  return found.flat();
}

/** Whoever looks into a dead-letter queue may do so because something is broken: the rest is found all the same. */
function ifGone(error: unknown): [] {
  if (error instanceof NotFoundException || error instanceof QueueDoesNotExist) return [];
  throw error;
}

async function laneOf(sqs: SQSClient, queue: string, owner: string): Promise<SubscribedQueue[]> {
  const QueueUrl = await toUrl(sqs, queue);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["RedrivePolicy"] }),
  );
  const deadLetterQueue = toDeadLetterName(Attributes?.RedrivePolicy);
  return deadLetterQueue ? [{ deadLetterQueue, queue, owner }] : [];
}

interface SubscribedQueue {
  deadLetterQueue: string;
  queue: string;
  /** The account of the queue: an existing one may be another's. */
  owner: string;
}

async function subscribersOf(sns: SNSClient, TopicArn: string): Promise<SubscribedQueue[]> {
  const found: SubscribedQueue[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn }))
    for (const { SubscriptionArn = "", Endpoint = "", Protocol } of Subscriptions) {
      // One that its queue's owner has yet to confirm has no ARN.
      if (Protocol !== "sqs" || !SubscriptionArn.startsWith("arn:")) continue;
      const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
      const deadLetterQueue = toDeadLetterName(Attributes?.RedrivePolicy);
      const [queue = "", owner = ""] = Endpoint.split(":").reverse();
      if (deadLetterQueue) found.push({ deadLetterQueue, queue, owner });
    }
  return found;
}

function toDeadLetterName(redrivePolicy: string | undefined): string | undefined {
  return toDeadLetterArn(redrivePolicy)?.split(":").at(-1);
}

async function toDeadLetterQueue(sqs: SQSClient, { deadLetterQueue, queue, owner }: SubscribedQueue) {
  const url = await toUrl(sqs, deadLetterQueue);
  // Another account need not let us ask for its queue's URL, which differs in nothing but owner and name.
  return { name: deadLetterQueue, url, target: { queue, url: new URL(`/${owner}/${queue}`, url).href } };
}

async function toUrl(sqs: SQSClient, QueueName: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  if (QueueUrl) return QueueUrl;
  throw new UserFault(`there is no queue ${QueueName}: deploy the stacks, or choose another place`);
}
