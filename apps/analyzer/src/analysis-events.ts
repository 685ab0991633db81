import type { Consumer } from "@image-pipeline/lambda-kit";
import { ImageDeleted, ImageProcessed, ImageUploaded } from "@image-pipeline/schema";
import * as z from "zod";
import { analyzeUploaded, type UploadPorts } from "./analyze-uploaded.ts";
import { processDeleted } from "./delete.ts";
import type { AnalysisOutcome } from "./ports.ts";
import { quarantineProcessed } from "./quarantine.ts";

/** The events of the analysis queue: image events, and results whose renditions may have to be quarantined. */
const AnalysisEvent = z.discriminatedUnion("type", [ImageUploaded, ImageDeleted, ImageProcessed]);
type AnalysisEvent = z.infer<typeof AnalysisEvent>;

/** The result of an event, as it is logged and measured. */
interface EventOutcome extends AnalysisOutcome {
  /** The status of the analysis afterwards. */
  status: string | undefined;
}

/** The consumer of the analysis queue. */
export const analysisEvents: Consumer<AnalysisEvent, EventOutcome, UploadPorts> = {
  schema: AnalysisEvent,
  schemaName: "an event for analysis",
  async handle(event, ports) {
    const { decision, analysis } = await dispatch(event, ports);
    return { decision, analysis, status: analysis?.status };
  },
};

function dispatch(event: AnalysisEvent, ports: UploadPorts): Promise<AnalysisOutcome> {
  switch (event.type) {
    case "image.uploaded":
      return analyzeUploaded(event, ports);
    case "image.deleted":
      return processDeleted(event, ports);
    case "image.processed":
      return quarantineProcessed(event, ports);
  }
}
