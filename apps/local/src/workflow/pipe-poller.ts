import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Clock } from "../clock.ts";
import { receiveBatch } from "../queues/receive.ts";
import { toSqsEvent } from "../queues/sqs-event.ts";
import { matchesPattern } from "../topology/event-pattern.ts";
import type { Pipe } from "../topology/topology.ts";
import type { Execution } from "./execution.ts";

/** SQS's longest (API_ChangeMessageVisibility): no execution here takes half a day. */
const HELD_SECONDS = 12 * 60 * 60;

export interface PipePorts {
  /** With the pipe's rights. */
  sqs: SQSClient;
  queueUrl: string;
  clock: Clock;
  execute(input: unknown, signal: AbortSignal): Promise<Execution>;
  /** Whether a message is kept until its execution has ended; AWS keeps it until that has begun. */
  keepsMessages: boolean;
  /** Hears of every execution that has come to its end. */
  onExecution(body: string, execution: Execution): void;
}

/**
 * One round of a pipe: a message that one of its patterns takes starts an execution, any other is deleted, as on AWS. AWS
 * deletes the message once the execution has started, as Step Functions keeps it from then on; here it may be kept until the
 * execution has ended, so that it begins anew when this process is ended in its middle. A pipe's own role could not.
 */
export function pipeRound(pipe: Pipe, ports: PipePorts): (signal: AbortSignal) => Promise<void> {
  const { sqs, queueUrl: QueueUrl, clock } = ports;
  return async (signal) => {
    const [message] = await receiveBatch({
      sqs,
      queueUrl: QueueUrl,
      batchSize: 1,
      windowMilliseconds: 0,
      clock,
      signal,
    });
    if (!message) return;
    const { ReceiptHandle, Body = "" } = message;
    const events = toSqsEvent([message], pipe).Records;
    const event = parsed(events[0], message);
    const isTaken = pipe.patterns.some((pattern) => matchesPattern(event, pattern));
    const isKept = isTaken && ports.keepsMessages;
    const hold = { QueueUrl, ReceiptHandle, VisibilityTimeout: HELD_SECONDS };
    if (isKept) await sqs.send(new ChangeMessageVisibilityCommand(hold));
    else await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    if (isTaken) ports.onExecution(Body, await ports.execute(events, signal));
    if (isKept) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  };
}

/** A body that is JSON is matched as such (docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-filtering.html). */
function parsed(event: object | undefined, { Body = "" }: Message): unknown {
  try {
    return { ...event, body: JSON.parse(Body) };
  } catch {
    return event;
  }
}
