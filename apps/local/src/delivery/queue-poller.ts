import { DeleteMessageBatchCommand } from "@aws-sdk/client-sqs";
import type { Clock } from "../clock.ts";
import type { Outcome } from "../lambda-host/outcome.ts";
import type { Sqs } from "../queues/local-sqs.ts";
import { receiveBatch } from "../queues/receive.ts";
import { toSqsEvent } from "../queues/sqs-event.ts";
import type { Mapping } from "../topology/topology.ts";
import { toRetry } from "./batch-outcome.ts";

/** SQS deletes this many messages in one call. */
const MAX_PER_DELETE = 10;

export interface QueuePollerPorts {
  sqs: Sqs;
  queueUrl: string;
  clock: Clock;
  invoke(functionName: string, payload: unknown): Promise<Outcome>;
}

/**
 * Returns one round of Lambda's poller for a mapping: it receives a batch, invokes the function and deletes the handled
 * messages. The others stay invisible until their visibility timeout, as on AWS.
 */
export function queueRound(
  mapping: Mapping,
  ports: QueuePollerPorts,
): (signal: AbortSignal) => Promise<void> {
  const { sqs, queueUrl, clock, invoke } = ports;
  const windowMilliseconds = mapping.windowSeconds * 1000;
  return async (signal) => {
    const messages = await receiveBatch({
      sqs,
      queueUrl,
      batchSize: mapping.batchSize,
      windowMilliseconds,
      clock,
      signal,
    });
    if (messages.length === 0) return;
    const outcome = await invoke(mapping.functionName, toSqsEvent(messages, mapping));
    const ids = messages.map(({ MessageId = "" }) => MessageId);
    const again = toRetry(ids, outcome, mapping.reportsBatchItemFailures);
    const done = messages.flatMap(({ MessageId = "", ReceiptHandle }) =>
      again.has(MessageId) ? [] : [{ Id: MessageId, ReceiptHandle }],
    );
    for (let at = 0; at < done.length; at += MAX_PER_DELETE) {
      await sqs.send(
        new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: done.slice(at, at + MAX_PER_DELETE) }),
      );
    }
  };
}
