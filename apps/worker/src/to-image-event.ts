import { ImageEvent } from "@image-pipeline/schema";
import * as z from "zod";
import { PipelineError } from "./pipeline-error.ts";

/** What SNS wraps a message in without raw delivery, as after a redrive from a subscription's dead-letter queue. */
const SnsEnvelope = z.object({ Type: z.literal("Notification"), Message: z.string() });

/** @throws {PipelineError} `MALFORMED_MESSAGE` when the body is no image event of ours */
export function toImageEvent(body: string): ImageEvent {
  const json = toJson(body);
  const envelope = SnsEnvelope.safeParse(json);
  const event = ImageEvent.safeParse(envelope.success ? toJson(envelope.data.Message) : json);
  if (event.success) return event.data;
  const faults = event.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
  throw new PipelineError("MALFORMED_MESSAGE", `not an image event: ${faults.join("; ")}`);
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PipelineError("MALFORMED_MESSAGE", "the body is not JSON", { cause });
  }
}
