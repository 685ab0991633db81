import { type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { Clock } from "../clock.ts";
import type { Sqs } from "./local-sqs.ts";

/** Limits of SQS for one call. */
const MAX_PER_RECEIVE = 10;
const MAX_WAIT_SECONDS = 20;

export interface ReceiveOptions {
  sqs: Sqs;
  queueUrl: string;
  batchSize: number;
  /** The time to collect further messages after the first one. */
  windowMilliseconds: number;
  clock: Clock;
  signal: AbortSignal;
}

/** Waits for messages and returns a batch of them; empty if none arrived within SQS's longest wait. */
export async function receiveBatch(options: ReceiveOptions): Promise<Message[]> {
  const { batchSize, windowMilliseconds, clock } = options;
  const batch = await receive(options, batchSize, MAX_WAIT_SECONDS);
  const end = clock.now() + windowMilliseconds;
  while (batch.length > 0 && batch.length < batchSize && clock.now() < end) {
    const waitSeconds = Math.min(MAX_WAIT_SECONDS, Math.ceil((end - clock.now()) / 1000));
    batch.push(...(await receive(options, batchSize - batch.length, waitSeconds)));
  }
  return batch;
}

async function receive(
  { sqs, queueUrl, signal }: ReceiveOptions,
  wanted: number,
  waitSeconds: number,
): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: Math.min(MAX_PER_RECEIVE, wanted),
    WaitTimeSeconds: waitSeconds,
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["All"],
  });
  const { Messages = [] } = await sqs.send(command, { abortSignal: signal });
  return Messages;
}
