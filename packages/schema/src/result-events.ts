import * as z from "zod";
import { cloudEvent, dataSchemaOf } from "./cloud-event.ts";
import { digest } from "./keys.ts";
import type { Manifest } from "./manifest.ts";
import { RejectionReason } from "./reasons.ts";
import { Rendition } from "./rendition.ts";
import { DeletedSource, Source } from "./source.ts";

const RESULT = {
  imageId: z.string().min(1),
  manifest: z.object({ bucket: z.string().min(1), key: z.string().min(1) }),
  correlationId: z.string().min(1),
};

export const ImageProcessed = cloudEvent(
  "image.processed",
  z.object({ ...RESULT, source: Source, recipe: z.string(), renditions: z.array(Rendition) }),
);
export const ImageRejected = cloudEvent(
  "image.rejected",
  z.object({ ...RESULT, source: Source, reason: RejectionReason, reasonText: z.string() }),
);
export const ImageRemoved = cloudEvent("image.removed", z.object({ ...RESULT, source: DeletedSource }));

/** A message on the image-results topic. */
export const ResultEvent = z.discriminatedUnion("type", [ImageProcessed, ImageRejected, ImageRemoved]);
export type ResultEvent = z.infer<typeof ResultEvent>;

/** The result event that a manifest stands for: the same manifest gives the same event, however often it is sent. */
export function toResultEvent(manifest: Manifest, at: { bucket: string; key: string }): ResultEvent {
  const { imageId, correlationId, updatedAt: time, source } = manifest;
  const result = { imageId, manifest: at, correlationId };
  const envelope = {
    specversion: "1.0" as const,
    source: `s3://${source.bucket}`,
    subject: source.key,
    time,
    datacontenttype: "application/json" as const,
  };
  switch (manifest.status) {
    case "processed": {
      const id = digest(
        JSON.stringify(["image.processed", imageId, identityOf(manifest.source), manifest.recipe]),
      );
      const data = {
        ...result,
        source: manifest.source,
        recipe: manifest.recipe,
        renditions: manifest.renditions,
      };
      return { ...envelope, id, type: "image.processed", dataschema: dataSchemaOf("image.processed"), data };
    }
    case "rejected": {
      const id = digest(
        JSON.stringify(["image.rejected", imageId, identityOf(manifest.source), manifest.reason]),
      );
      const data = {
        ...result,
        source: manifest.source,
        reason: manifest.reason,
        reasonText: manifest.reasonText,
      };
      return { ...envelope, id, type: "image.rejected", dataschema: dataSchemaOf("image.rejected"), data };
    }
    case "deleted": {
      const id = digest(
        JSON.stringify(["image.removed", imageId, manifest.source.sequencer, manifest.source.versionId]),
      );
      return {
        ...envelope,
        id,
        type: "image.removed",
        dataschema: dataSchemaOf("image.removed"),
        data: { ...result, source: manifest.source },
      };
    }
  }
}

function identityOf(source: Source) {
  return [source.eTag, source.versionId, source.sequencer];
}
