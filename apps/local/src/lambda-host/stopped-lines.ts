import { ImageEvent } from "@image-pipeline/schema/events";
import { toImageId } from "@image-pipeline/schema/keys";
import { toJsonLine } from "@image-pipeline/schema/plain-text";
import * as z from "zod";

const QueuePayload = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.coerce.number() }),
    }),
  ),
});

/**
 * Returns a log line for each message that a function held when it was stopped, with the message's key, image id and
 * correlation id, since the function itself cannot log any more. None for other payloads.
 */
export function stoppedLines(payload: string, why: string, now: Date): string[] {
  const { Records = [] } = QueuePayload.safeParse(parse(payload)).data ?? {};
  return Records.map(({ messageId, body, attributes }) => {
    const event = ImageEvent.safeParse(parse(body)).data;
    return toJsonLine({
      timestamp: now.toISOString(),
      level: "ERROR",
      message: `the function was stopped while it held a message: ${why}`,
      messageId,
      receiveCount: attributes.ApproximateReceiveCount,
      ...(event && {
        type: event.type,
        key: event.subject,
        imageId: toImageId(event.data.bucket, event.subject),
        correlationId: event.data.correlationId,
      }),
    });
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
