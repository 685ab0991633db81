import { PipelineError } from "@image-pipeline/schema/processing";
import * as z from "zod";

/** The envelope of SNS without raw delivery, as after a redrive from the dead-letter queue of a subscription. */
const SnsEnvelope = z.object({ Type: z.literal("Notification"), Message: z.string() });

/**
 * Parses the body of a message.
 *
 * @param name the schema's name in errors, such as `an image event`
 * @throws {PipelineError} `MALFORMED_MESSAGE` when the body does not match the schema
 */
export function toEvent<Event>(schema: z.ZodType<Event>, name: string, body: string): Event {
  const json = toJson(body);
  const envelope = SnsEnvelope.safeParse(json);
  const event = schema.safeParse(envelope.success ? toJson(envelope.data.Message) : json);
  if (event.success) return event.data;
  const faults = event.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
  throw new PipelineError("MALFORMED_MESSAGE", `not ${name}: ${faults.join("; ")}`);
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PipelineError("MALFORMED_MESSAGE", "the body is not JSON", { cause });
  }
}
