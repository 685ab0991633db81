import { type ConsumerPorts, consumeMessage, toEvent } from "@image-pipeline/lambda-kit";
import { ImageEvent } from "@image-pipeline/schema";
import type { SQSRecord } from "aws-lambda";
import type { Outcome } from "./image-metrics.ts";
import { processDeleted } from "./process-deleted.ts";
import { processUploaded } from "./process-uploaded.ts";
import type { UploadPorts } from "./upload-steps.ts";

export interface MessagePorts
  extends UploadPorts,
    Omit<ConsumerPorts<ImageEvent, Outcome>, "toEvent" | "process"> {}

/**
 * One image event of the renditions queue by itself.
 *
 * @throws the error of a message that has to be tried again, for the batch response to name it
 */
export async function handleMessage(record: SQSRecord, ports: MessagePorts): Promise<void> {
  const process = (event: ImageEvent) => processEvent(event, ports);
  await consumeMessage(record, {
    ...ports,
    toEvent: toImageEvent,
    process,
  });
}

function toImageEvent(body: string): ImageEvent {
  return toEvent(ImageEvent, "an image event", body);
}

async function processEvent(event: ImageEvent, ports: MessagePorts) {
  const outcome =
    event.type === "image.uploaded"
      ? await processUploaded(event, ports)
      : await processDeleted(event, ports);
  return { ...outcome, status: outcome.manifest?.status };
}
