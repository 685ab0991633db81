import { ChangeMessageVisibilityCommand, DeleteMessageCommand, type Message } from "@aws-sdk/client-sqs";
import type { Clock } from "../clock.ts";
import type { Sqs } from "../queues/local-sqs.ts";
import { receiveBatch } from "../queues/receive.ts";
import { toSqsEvent } from "../queues/sqs-event.ts";
import { matchesPattern } from "../topology/event-pattern.ts";
import type { Pipe } from "../topology/topology.ts";
import type { Execution } from "./execution.ts";

/** SQS's longest visibility timeout (API_ChangeMessageVisibility): longer than any execution here. */
const HELD_SECONDS = 12 * 60 * 60;

export interface PipePorts {
  /** A client with the pipe's permissions. */
  sqs: Sqs;
  queueUrl: string;
  clock: Clock;
  execute(input: unknown, signal: AbortSignal): Promise<Execution>;
  /** True if a message is kept until its execution has ended; AWS keeps it until the execution has started. */
  keepsMessages: boolean;
  /** Called for every execution that has ended. */
  onExecution(body: string, execution: Execution): void;
}

/**
 * Returns one round of a pipe: a message that matches one of its patterns starts an execution, any other is deleted. AWS
 * deletes the message when the execution has started, because Step Functions keeps it from then on. Here it may be kept
 * until the execution has ended, so that the next run starts it again if this process ends before that. A pipe's own role
 * would not permit that.
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

/** Parses a body that is JSON, as pipes do before they match it (docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-filtering.html). */
function parsed(event: object | undefined, { Body = "" }: Message): unknown {
  try {
    return { ...event, body: JSON.parse(Body) };
  } catch {
    return event;
  }
}
