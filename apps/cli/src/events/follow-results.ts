import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { ResultEvent } from "@image-pipeline/schema/events";

/** SQS's longest poll, and its largest batch. */
const WAIT_SECONDS = 20;
const BATCH_SIZE = 10;

export interface Following {
  sqs: SQSClient;
  queueUrl: string;
  signal: AbortSignal;
  /** Called before each poll. */
  onPoll(): Promise<void>;
}

/** A result event, or the text of an unrecognised message. */
export type Followed = { event: ResultEvent } | { unknown: string };

/** Yields result events until the signal aborts. */
export async function* followResults(following: Following): AsyncGenerator<Followed> {
  for await (const bodies of followMessages(following)) yield* bodies.map(toFollowed);
}

/**
 * Yields the bodies of messages until the signal aborts, and an empty list after a poll that found none. Messages are deleted
 * after they were yielded.
 */
export async function* followMessages({
  sqs,
  queueUrl,
  signal,
  onPoll,
}: Following): AsyncGenerator<string[]> {
  while (!signal.aborted) {
    await onPoll();
    const messages = await receive({ sqs, queueUrl, signal });
    yield messages.map(({ Body = "" }) => Body);
    if (messages.length === 0) continue;
    const Entries = messages.map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

async function receive({ sqs, queueUrl, signal }: Omit<Following, "onPoll">): Promise<Message[]> {
  const request = { QueueUrl: queueUrl, WaitTimeSeconds: WAIT_SECONDS, MaxNumberOfMessages: BATCH_SIZE };
  try {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(request), { abortSignal: signal });
    return Messages;
  } catch (error) {
    if (signal.aborted) return [];
    throw error;
  }
}

function toFollowed(body: string): Followed {
  try {
    return { event: ResultEvent.parse(JSON.parse(body)) };
  } catch {
    return { unknown: body };
  }
}
