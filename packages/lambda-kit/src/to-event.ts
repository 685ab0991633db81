import * as z from "zod";
import { PipelineError } from "./pipeline-error.ts";

/** What SNS wraps a message in without raw delivery, as after a redrive from a subscription's dead-letter queue. */
const SnsEnvelope = z.object({ Type: z.literal("Notification"), Message: z.string() });

/**
 * The event in a message's body.
 *
 * @param what what the shape is called, such as `an image event`
 * @throws {PipelineError} `MALFORMED_MESSAGE` when the body has not that shape
 */
export function toEvent<Event>(shape: z.ZodType<Event>, what: string, body: string): Event {
  const json = toJson(body);
  const envelope = SnsEnvelope.safeParse(json);
  const event = shape.safeParse(envelope.success ? toJson(envelope.data.Message) : json);
  if (event.success) return event.data;
  const faults = event.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
  throw new PipelineError("MALFORMED_MESSAGE", `not ${what}: ${faults.join("; ")}`);
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PipelineError("MALFORMED_MESSAGE", "the body is not JSON", { cause });
  }
}
