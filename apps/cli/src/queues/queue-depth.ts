import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** The approximate number of messages in a queue. */
export interface QueueDepth {
  /** Waiting to be received. */
  waiting: number;
  /** Received, and neither deleted nor visible again. */
  inFlight: number;
  delayed: number;
}

const ATTRIBUTES = {
  waiting: "ApproximateNumberOfMessages",
  inFlight: "ApproximateNumberOfMessagesNotVisible",
  delayed: "ApproximateNumberOfMessagesDelayed",
} as const;

/** @returns null when there is no such queue */
export async function queueDepth(sqs: SQSClient, name: string): Promise<QueueDepth | null> {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    const AttributeNames = Object.values(ATTRIBUTES);
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    const count = (of: keyof QueueDepth) => Number(Attributes[ATTRIBUTES[of]] ?? 0);
    return { waiting: count("waiting"), inFlight: count("inFlight"), delayed: count("delayed") };
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return null;
    throw error;
  }
}

/** The number of messages in some queues together; queues that do not exist hold none. */
export async function messagesIn(sqs: SQSClient, names: readonly string[]): Promise<number> {
  const depths = await Promise.all(names.map((name) => queueDepth(sqs, name)));
  return depths.reduce((sum, depth) => sum + (depth ? depth.waiting + depth.inFlight + depth.delayed : 0), 0);
}
