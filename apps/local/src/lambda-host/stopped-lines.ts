import { toImageIds } from "@image-pipeline/schema/events";
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

/** The workflow's execution that a task's input names. */
const TaskInput = z.object({ execution: z.string() });

/**
 * Returns a log line for each message, notification or task that a function held when it was stopped, with the key, image id
 * and correlation id of its image, since the function itself cannot log any more. None for payloads without an image.
 */
export function stoppedLines(payload: string, why: string, now: Date): string[] {
  const content = parse(payload);
  const lineOf = (fields: object) =>
    toJsonLine({
      timestamp: now.toISOString(),
      level: "ERROR",
      message: `the function was stopped while it held a message: ${why}`,
      ...fields,
    });
  const messages = QueuePayload.safeParse(content).data?.Records;
  if (messages)
    return messages.map(({ messageId, body, attributes }) => {
      const [ids] = toImageIds(body);
      return lineOf({ messageId, receiveCount: attributes.ApproximateReceiveCount, ...ids });
    });
  const execution = TaskInput.safeParse(content).data;
  return toImageIds(content).map((ids) => lineOf({ ...execution, ...ids }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
