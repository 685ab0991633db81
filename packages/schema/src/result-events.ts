import * as z from "zod";
import type { AnalyzedAnalysis, RejectedAnalysis } from "./analysis.ts";
import { AnalysisRejectionReason } from "./analysis.ts";
import { Verdict } from "./analysis-rules.ts";
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
export type ImageProcessed = z.infer<typeof ImageProcessed>;
export const ImageRejected = cloudEvent(
  "image.rejected",
  z.object({ ...RESULT, source: Source, reason: RejectionReason, reasonText: z.string() }),
);
export const ImageRemoved = cloudEvent("image.removed", z.object({ ...RESULT, source: DeletedSource }));

/** The outcome of an analysis: its verdict, or null and the reason where the image could not be analysed. */
export const ImageAnalyzed = cloudEvent(
  "image.analyzed",
  z.object({
    imageId: RESULT.imageId,
    analysis: RESULT.manifest,
    correlationId: RESULT.correlationId,
    source: Source,
    recipe: z.string(),
    verdict: Verdict.nullable(),
    /** The labels whose rules led to the verdict. */
    labels: z.array(z.string()),
    reason: AnalysisRejectionReason.optional(),
    reasonText: z.string().optional(),
  }),
);
export type ImageAnalyzed = z.infer<typeof ImageAnalyzed>;

/** A message on the image-results topic. */
export const ResultEvent = z.discriminatedUnion("type", [
  ImageProcessed,
  ImageRejected,
  ImageRemoved,
  ImageAnalyzed,
]);
export type ResultEvent = z.infer<typeof ResultEvent>;
/** A result event that tells of a manifest. */
export type ManifestEvent = Exclude<ResultEvent, ImageAnalyzed>;

/** The result event that a manifest stands for: the same manifest gives the same event, however often it is sent. */
export function toResultEvent(manifest: Manifest, at: Place): ManifestEvent {
  const { imageId, correlationId } = manifest;
  const result = { imageId, manifest: at, correlationId };
  const envelope = envelopeOf(manifest);
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

/** The event that an analysis stands for; of a tombstone there is none, as `image.removed` tells of the delete. */
export function toAnalyzedEvent(analysis: AnalyzedAnalysis | RejectedAnalysis, at: Place): ImageAnalyzed {
  const { imageId, correlationId, source, recipe } = analysis;
  const outcome = analysis.status === "analyzed" ? toVerdict(analysis) : toRefusal(analysis);
  return {
    ...envelopeOf(analysis),
    id: digest(JSON.stringify(["image.analyzed", imageId, identityOf(source), recipe])),
    type: "image.analyzed",
    dataschema: dataSchemaOf("image.analyzed"),
    data: { imageId, analysis: at, correlationId, source, recipe, ...outcome },
  };
}

function toVerdict({ verdict, rules }: AnalyzedAnalysis) {
  return { verdict, labels: rules.filter(({ action }) => action === verdict).map(({ label }) => label) };
}

function toRefusal({ reason, reasonText }: RejectedAnalysis) {
  return { verdict: null, labels: [], reason, reasonText };
}

interface Place {
  bucket: string;
  key: string;
}

function envelopeOf({ source, updatedAt: time }: { source: DeletedSource; updatedAt: string }) {
  return {
    specversion: "1.0" as const,
    source: `s3://${source.bucket}`,
    subject: source.key,
    time,
    datacontenttype: "application/json" as const,
  };
}

function identityOf(source: Source) {
  return [source.eTag, source.versionId, source.sequencer];
}
