import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";

const BASE_SECONDS = 2;
const CAP_SECONDS = 300;

/** Delays the next attempt of a message. Lambda does not slow down after batch item failures, so a failing service needs it. */
export type RetryDelay = (message: Attempted) => Promise<void>;

interface Attempted {
  receiptHandle: string;
  receiveCount: number;
  /** True for a message that must not wait: the next receive moves it to the dead-letter queue. */
  atOnce: boolean;
}

/**
 * Exponential back-off with full jitter, by the visibility timeout of the message
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

/**
 * Returns whole seconds: at least 1, at most 300, growing with the receive count.
 *
 * @param random from 0 to 1
 */
export function toDelaySeconds(receiveCount: number, random: number): number {
  return Math.max(1, Math.round(random * Math.min(CAP_SECONDS, BASE_SECONDS * 2 ** receiveCount)));
}
