import { DeleteMessageBatchCommand } from "@aws-sdk/client-sqs";
import { ResultEvent } from "@image-pipeline/schema/events";
import type { Clock } from "../clock.ts";
import type { Sqs } from "../queues/local-sqs.ts";
import { receiveBatch } from "../queues/receive.ts";
import type { Queue, Subscription } from "../topology/topology.ts";

/** The queue of the local runtime's own subscription to the results. */
export const RESULTS_QUEUE = "local-runtime-results";

export function resultsSubscription(topicArn: string, queue: Queue): Subscription {
  return {
    topicArn,
    queueArn: queue.arn,
    rawMessageDelivery: true,
    filterPolicy: null,
    filterPolicyScope: null,
    redrivePolicy: null,
  };
}

/**
 * Returns one round that reads results: messages are deleted after `tell` was called. Messages of other kinds are ignored.
 */
export function resultsRound(
  { sqs, queueUrl, clock }: { sqs: Sqs; queueUrl: string; clock: Clock },
  tell: (event: ResultEvent) => void,
): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    const messages = await receiveBatch({
      sqs,
      queueUrl,
      batchSize: 10,
      windowMilliseconds: 0,
      clock,
      signal,
    });
    if (messages.length === 0) return;
    for (const { Body = "" } of messages) {
      const event = toResult(Body);
      if (event) tell(event);
    }
    const Entries = messages.map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  };
}

function toResult(body: string): ResultEvent | undefined {
  try {
    return ResultEvent.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}
