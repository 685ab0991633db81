import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";

const BASE_SECONDS = 2;
const CAP_SECONDS = 300;

/** Puts a message off, so that a failing dependency is not hammered: Lambda itself does not slow down for batch item failures. */
export type RetryDelay = (message: Attempted) => Promise<void>;

interface Attempted {
  receiptHandle: string;
  receiveCount: number;
  /** Whether it comes again at once, as waiting would change nothing: the queue's next receive moves it to its DLQ. */
  atOnce: boolean;
}

/**
 * Exponential back-off with full jitter, by the message's own visibility
 * (aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter).
 */
export function sqsRetryDelay(client: SQSClient, queueUrl: string): RetryDelay {
  return async ({ receiptHandle, receiveCount, atOnce }) => {
    const VisibilityTimeout = atOnce ? 0 : toDelaySeconds(receiveCount, Math.random());
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout,
      }),
    );
  };
}

/** Whole seconds from 1 to 2 times 2 to the power of the receive count, 300 at most; `random` is from 0 to 1. */
export function toDelaySeconds(receiveCount: number, random: number): number {
  return Math.max(1, Math.round(random * Math.min(CAP_SECONDS, BASE_SECONDS * 2 ** receiveCount)));
}
