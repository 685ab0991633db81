import { type ConsumerPorts, consumeMessage, toEvent } from "@image-pipeline/lambda-kit";
import { ImageDeleted, ImageProcessed, ImageUploaded } from "@image-pipeline/schema";
import type { SQSRecord } from "aws-lambda";
import * as z from "zod";
import type { Outcome } from "./analysis-metrics.ts";
import { analyzeUploaded, type UploadPorts } from "./analyze-uploaded.ts";
import { buryDeleted } from "./bury-deleted.ts";
import { hideProcessed } from "./hide-processed.ts";

/** What the analysis queue brings: image events, and the results whose renditions may have to be hidden. */
export const AnalysisEvent = z.discriminatedUnion("type", [ImageUploaded, ImageDeleted, ImageProcessed]);
export type AnalysisEvent = z.infer<typeof AnalysisEvent>;

export interface MessagePorts
  extends UploadPorts,
    Omit<ConsumerPorts<AnalysisEvent, Outcome>, "toEvent" | "process"> {}

/**
 * One message of the analysis queue by itself.
 *
 * @throws the error of a message that has to be tried again, for the batch response to name it
 */
export async function handleMessage(record: SQSRecord, ports: MessagePorts): Promise<void> {
  const process = (event: AnalysisEvent) => processEvent(event, ports);
  await consumeMessage(record, { ...ports, toEvent: toAnalysisEvent, process });
}

function toAnalysisEvent(body: string): AnalysisEvent {
  return toEvent(AnalysisEvent, "an event for analysis", body);
}

async function processEvent(event: AnalysisEvent, ports: MessagePorts) {
  const outcome = await dispatch(event, ports);
  return { ...outcome, status: outcome.analysis?.status };
}

function dispatch(event: AnalysisEvent, ports: MessagePorts): Promise<Outcome> {
  switch (event.type) {
    case "image.uploaded":
      return analyzeUploaded(event, ports);
    case "image.deleted":
      return buryDeleted(event, ports);
    case "image.processed":
      return hideProcessed(event, ports);
  }
}
