import { type Consumer, type OwnUploads, requireOwn } from "@image-pipeline/lambda-kit";
import { ImageDeleted, ImageProcessed, ImageUploaded } from "@image-pipeline/schema/events";
import type { DeletedDecision, UploadedDecision } from "@image-pipeline/schema/processing";
import * as z from "zod";
import { analyzeUploaded, type UploadPorts } from "./analyze-uploaded.ts";
import { processDeleted } from "./delete.ts";
import type { AnalysisOutcome } from "./ports.ts";
import { type QuarantineDecision, quarantineProcessed } from "./quarantine.ts";

/** The events of the analysis queue: image events, and results whose renditions may have to be quarantined. */
const AnalysisEvent = z.discriminatedUnion("type", [ImageUploaded, ImageDeleted, ImageProcessed]);
type AnalysisEvent = z.infer<typeof AnalysisEvent>;

type Decision = UploadedDecision | DeletedDecision | QuarantineDecision;

/** The result of an event, as it is logged and measured. */
interface EventOutcome extends AnalysisOutcome<Decision> {
  /** The status of the analysis afterwards. */
  status: string | undefined;
}

/** The ports of the consumer. */
interface EventPorts extends UploadPorts {
  uploads: OwnUploads;
}

/** The consumer of the analysis queue. */
export const analysisEvents: Consumer<AnalysisEvent, EventOutcome, EventPorts> = {
  schema: AnalysisEvent,
  schemaName: "an event for analysis",
  async handle(event, ports) {
    requireOwn(event, ports);
    const { decision, analysis } = await dispatch(event, ports);
    return { decision, analysis, status: analysis?.status };
  },
  describe({ decision, analysis }) {
    if (decision === "process" && analysis?.status === "rejected")
      return `could not analyse the upload (${analysis.reason}): ${analysis.reasonText}`;
    if (decision === "process" && analysis?.status === "analyzed")
      return `analysed the upload with the verdict "${analysis.verdict}", and sent the result event`;
    return SENTENCES[decision];
  },
};

const SENTENCES: Record<Decision, string> = {
  process: "analysed the upload and sent the result event",
  duplicate: "sent the result event again, because this event was handled before",
  stale: "changed nothing, because the analysis is of a newer event or of another version",
  "resurrect-refused": "changed nothing, because the object was deleted after this upload",
  remove: "marked the analysis as deleted, because the object was deleted",
  hide: "quarantined the renditions, because this is the verdict on their source",
  leave: "left the renditions readable, because no analysis quarantines their source",
};

function dispatch(event: AnalysisEvent, ports: UploadPorts): Promise<AnalysisOutcome<Decision>> {
  switch (event.type) {
    case "image.uploaded":
      return analyzeUploaded(event, ports);
    case "image.deleted":
      return processDeleted(event, ports);
    case "image.processed":
      return quarantineProcessed(event, ports);
  }
}
