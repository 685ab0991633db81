import { InvocationRecord, toNotifiedObjects } from "@image-pipeline/schema/aws";
import { ImageEvent } from "@image-pipeline/schema/events";
import type { Failure } from "@image-pipeline/schema/processing";
import type { DeadLetterQueue } from "./dead-letter-queues.ts";
import type { HeldMessage } from "./held-queue.ts";

/** A message in a dead-letter queue, and why it is there. */
export interface DeadLetter {
  id: string;
  queue: DeadLetterQueue;
  message: HeldMessage;
  /** The payload of a redrive: the message itself, or the event that the function was invoked with. */
  payload: string;
  /** The worker's error code, the workflow's error name, Lambda's condition, `UNDELIVERED` by SNS, or `UNKNOWN`. */
  reason: string;
  text: string;
  /** The key of its object; null for an unrecognised message. */
  key: string | null;
  /** Milliseconds since 1970: when it was first sent. SQS keeps that time in a dead-letter queue. */
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
  if (record) return { ...base, ...invocationParts(record) };
  const key = keyOf(json);
  if (failure) return { ...base, reason: failure.code, text: failure.text, key: key ?? failure.key };
  const { errorCode, execution, ErrorMessage } = attributesOf(message);
  // The attributes that the workflow's state machine sends (apps/infra/src/workflow/image-workflow.ts).
  if (errorCode !== undefined) return { ...base, reason: errorCode, text: `it failed in ${execution}`, key };
  const reason = "functionName" in queue.destination ? "RetriesExhausted" : "UNDELIVERED";
  if (ErrorMessage !== undefined) return { ...base, reason, text: ErrorMessage, key };
  return { ...base, reason: "UNKNOWN", text: "no reason was recorded", key };
}

function attributesOf({ MessageAttributes = {} }: HeldMessage): Record<string, string | undefined> {
  const texts = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]);
  return Object.fromEntries(texts);
}

function invocationParts({ requestContext, requestPayload, responsePayload }: InvocationRecord) {
  return {
    reason: requestContext.condition,
    text: responsePayload?.errorMessage ?? "the function did not respond",
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
