import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { ImageEvent } from "@image-pipeline/schema/events";
import { SUBSCRIBERS } from "@image-pipeline/schema/names";
import * as z from "zod";
import type { Connection } from "../connection/connect.ts";
import {
  type DeadLetterQueue,
  findDeadLetterQueues,
  findSubscribedQueues,
} from "../dlq/dead-letter-queues.ts";
import { s3FailureRecords } from "../dlq/failure-records.ts";
import { readDeadLetters } from "../dlq/read-dead-letters.ts";
import type { LetterOfImage, QueuedMessage } from "./story.ts";

/** Reading more would hold a busy dead-letter queue for minutes. */
export const MAX_LETTERS = 2000;

const Message = z.object({
  messageId: z.string(),
  body: z.string(),
  sentTimestamp: z.number(),
  approximateReceiveCount: z.int().optional(),
});
const Inspected = z.object({
  messages: z.object({
    ready: z.array(Message),
    delayed: z.array(Message),
    inflight: z.array(z.object({ message: Message, visibilityDeadline: z.number() })),
  }),
});

/** Finds a key's messages in the queues of a local runtime, without receiving them (fauxqs, "Queue inspection"). */
export async function localMessages(connection: Connection, key: string): Promise<QueuedMessage[]> {
  const queues = await findSubscribedQueues(connection);
  const names = [...new Set(queues.map(({ queue }) => queue))];
  const found = names.map(async (queue) => {
    const response = await fetch(`${connection.client.endpoint}/_fauxqs/queues/${queue}`);
    return response.ok ? toMessages(queue, await response.json(), key) : [];
  });
  return (await Promise.all(found)).flat();
}

/** Picks the messages about a key from an inspected queue. */
export function toMessages(queue: string, inspection: unknown, key: string): QueuedMessage[] {
  const { ready, delayed, inflight } = Inspected.parse(inspection).messages;
  const entries = [
    ...ready.map((message) => ({ message, state: "waiting" as const, until: null })),
    ...delayed.map((message) => ({ message, state: "delayed" as const, until: null })),
    ...inflight.map(({ message, visibilityDeadline }) => ({
      message,
      state: "in flight" as const,
      until: new Date(visibilityDeadline).toISOString(),
    })),
  ];
  return entries
    .filter(({ message }) => isAbout(message.body, key))
    .map(({ message, state, until }) => ({
      queue,
      messageId: message.messageId,
      state,
      sentAt: new Date(message.sentTimestamp).toISOString(),
      receiveCount: message.approximateReceiveCount ?? null,
      nextReceiveAt: until,
    }));
}

/** Finds a key's messages in all dead-letter queues; they stay there. */
export async function lettersOf(
  connection: Connection,
  key: string,
  signal: AbortSignal,
): Promise<{ letters: LetterOfImage[]; isComplete: boolean }> {
  const queues = await findDeadLetterQueues(connection);
  const found = await Promise.all(queues.map((queue) => lettersIn(queue, { connection, key, signal })));
  return {
    letters: found.flatMap(({ letters }) => letters),
    isComplete: found.every(({ isComplete }) => isComplete),
  };
}

async function lettersIn(
  queue: DeadLetterQueue,
  { connection, key, signal }: { connection: Connection; key: string; signal: AbortSignal },
) {
  const { sqs, s3, names, accountId, client } = connection;
  const failures = s3FailureRecords(s3, names.processedBucket(accountId));
  const waitSeconds = client.endpoint === undefined ? 1 : 0;
  const letters: LetterOfImage[] = [];
  let count = 0;
  await readDeadLetters({ sqs, queues: [queue], failures, waitSeconds, signal }, async (found) => {
    for (const { id: messageId, reason, text, sentAt, key: about } of found)
      if (about === key)
        letters.push({ queue: queue.name, messageId, reason, text, sentAt: new Date(sentAt).toISOString() });
    count += found.length;
    return count < MAX_LETTERS;
  });
  return { letters, isComplete: count < MAX_LETTERS };
}

/** Reads how long the worker's queue keeps a message, and hides it while a function holds it. */
export async function queueTimes({ sqs, names }: Connection) {
  const { QueueUrl } = await sqs.send(
    new GetQueueUrlCommand({ QueueName: names.subscriberQueue(SUBSCRIBERS.renditions) }),
  );
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ["MessageRetentionPeriod", "VisibilityTimeout"],
    }),
  );
  const { MessageRetentionPeriod, VisibilityTimeout } = Attributes;
  return { retentionSeconds: Number(MessageRetentionPeriod), visibilitySeconds: Number(VisibilityTimeout) };
}

function isAbout(body: string, key: string): boolean {
  try {
    return ImageEvent.safeParse(JSON.parse(body)).data?.subject === key;
  } catch {
    return false;
  }
}
