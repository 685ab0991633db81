import type { Consumer } from "@image-pipeline/lambda-kit";
import { ImageEvent } from "@image-pipeline/schema";
import { processDeleted } from "./delete.ts";
import type { ImageOutcome } from "./manifest.ts";
import { processUploaded, type UploadPorts } from "./upload.ts";

/** The result of an image event, as it is logged and measured. */
interface EventOutcome extends ImageOutcome {
  /** The status of the manifest afterwards. */
  status: string | undefined;
}

/** The consumer of image events: renders uploads and removes deleted images. */
export const imageEvents: Consumer<ImageEvent, EventOutcome, UploadPorts> = {
  schema: ImageEvent,
  schemaName: "an image event",
  async handle(event, ports) {
    const { decision, manifest } =
      event.type === "image.uploaded"
        ? await processUploaded(event, ports)
        : await processDeleted(event, ports);
    return { decision, manifest, status: manifest?.status };
  },
};
