import { ImageEvent } from "@image-pipeline/schema";
import { InvocationRecord, toNotifiedObjects } from "@image-pipeline/schema/aws";
import type { Failure } from "@image-pipeline/schema/processing";
import type { DeadLetterQueue } from "./dead-letter-queues.ts";
import type { HeldMessage } from "./held-queue.ts";

/** A message in a dead-letter queue, and why it is there. */
export interface DeadLetter {
  id: string;
  queue: DeadLetterQueue;
  message: HeldMessage;
  /** What is sent back: the message itself, or the S3 event that ingest was invoked with. */
  payload: string;
  /** A code of the worker's or the name of a workflow's error, Lambda's condition, `UNDELIVERED` by SNS, or `UNKNOWN`. */
  reason: string;
  text: string;
  /** The object it is about; null for a message that is none of ours. */
  key: string | null;
  /** Milliseconds since 1970: when it was first sent, as a dead letter keeps that time. */
  sentAt: number;
}

export function toDeadLetter(
  message: HeldMessage,
  queue: DeadLetterQueue,
  failure: Failure | undefined,
): DeadLetter {
  const json = parse(message.Body);
  const base = {
    id: message.MessageId,
    queue,
    message,
    payload: message.Body,
    sentAt: Number(message.Attributes?.SentTimestamp ?? 0),
  };
  const record = InvocationRecord.safeParse(json).data;
  if (record) return { ...base, ...ofInvocation(record) };
  const key = keyOf(json);
  if (failure) return { ...base, reason: failure.code, text: failure.text, key: key ?? failure.key };
  const { errorCode, execution, ErrorMessage } = attributesOf(message);
  // What the workflow's state machine sends (apps/infra/src/workflow/image-workflow.ts).
  if (errorCode !== undefined) return { ...base, reason: errorCode, text: `it failed in ${execution}`, key };
  const reason = "functionName" in queue.target ? "RetriesExhausted" : "UNDELIVERED";
  if (ErrorMessage !== undefined) return { ...base, reason, text: ErrorMessage, key };
  return { ...base, reason: "UNKNOWN", text: "nothing was recorded of why it failed", key };
}

function attributesOf({ MessageAttributes = {} }: HeldMessage): Record<string, string | undefined> {
  const texts = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]);
  return Object.fromEntries(texts);
}

function ofInvocation({ requestContext, requestPayload, responsePayload }: InvocationRecord) {
  return {
    reason: requestContext.condition,
    text: responsePayload?.errorMessage ?? "the function gave no answer",
    key: keyOf(requestPayload),
    payload: JSON.stringify(requestPayload),
  };
}

function keyOf(json: unknown): string | null {
  const image = ImageEvent.safeParse(json);
  if (image.success) return image.data.subject;
  return toNotifiedObjects(json)[0]?.key ?? null;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
