import { type Consumer, type OwnUploads, requireOwn } from "@image-pipeline/lambda-kit";
import { ImageEvent } from "@image-pipeline/schema/events";
import type { DeletedDecision, UploadedDecision } from "@image-pipeline/schema/processing";
import { processDeleted } from "./delete.ts";
import type { ImageOutcome } from "./manifest.ts";
import { processUploaded, type UploadPorts } from "./upload.ts";

type Decision = UploadedDecision | DeletedDecision;

/** The result of an image event, as it is logged and measured. */
interface EventOutcome extends ImageOutcome<Decision> {
  /** The status of the manifest afterwards. */
  status: string | undefined;
}

/** The ports of the consumer. */
export interface EventPorts extends UploadPorts {
  uploads: OwnUploads;
}

/** The consumer of image events: renders uploads and removes deleted images. */
export const imageEvents: Consumer<ImageEvent, EventOutcome, EventPorts> = {
  schema: ImageEvent,
  schemaName: "an image event",
  async handle(event, ports) {
    requireOwn(event, ports);
    const { decision, manifest } =
      event.type === "image.uploaded"
        ? await processUploaded(event, ports)
        : await processDeleted(event, ports);
    return { decision, manifest, status: manifest?.status };
  },
  describe({ decision, manifest }) {
    if (decision === "process" && manifest?.status === "rejected")
      return `rejected the upload as ${manifest.reason}, and wrote this to its manifest: ${manifest.reasonText}`;
    return SENTENCES[decision];
  },
};

const SENTENCES: Record<Decision, string> = {
  process: "rendered the upload, wrote its manifest and sent the result event",
  duplicate: "sent the result event again, because this event was handled before",
  stale: "changed nothing, because the manifest is of a newer event or of another version",
  "resurrect-refused": "changed nothing, because the object was deleted after this upload",
  remove: "removed the renditions and marked the manifest as deleted, because the object was deleted",
};
