import type { SQSClient } from "@aws-sdk/client-sqs";
import { type DeadLetter, toDeadLetter } from "./dead-letter.ts";
import type { DeadLetterQueue } from "./dead-letter-queues.ts";
import type { FailureRecords } from "./failure-records.ts";
import { type HeldQueue, heldQueue } from "./held-queue.ts";

export interface Reading {
  sqs: SQSClient;
  queues: readonly DeadLetterQueue[];
  failures: FailureRecords;
  /** The time that a receive waits for messages. A long poll asks all of SQS's servers, so an empty response means an empty queue. */
  waitSeconds: number;
  signal: AbortSignal;
}

/**
 * Reads every message once, queue by queue, ten at a time. Messages that are not removed by then are visible again when
 * this ends, however it ends.
 *
 * @param look returns false to stop
 */
export async function readDeadLetters(
  { sqs, queues, failures, signal, waitSeconds }: Reading,
  look: (letters: DeadLetter[], held: HeldQueue) => Promise<boolean>,
): Promise<void> {
  for (const queue of queues) {
    const held = heldQueue(sqs, { url: queue.url, waitSeconds });
    try {
      for await (const messages of held.batches(signal)) {
        const letters = messages.map(async (message) =>
          toDeadLetter(message, queue, await failures.find(message.MessageId)),
        );
        if (!(await look(await Promise.all(letters), held))) return;
      }
    } finally {
      await held.release();
    }
  }
}
