import * as z from "zod";
import type { AnalyzedAnalysis, RejectedAnalysis } from "./analysis.ts";
import { AnalysisRejectionReason } from "./analysis.ts";
import { Verdict } from "./analysis-rule.ts";
import { cloudEvent, toCloudEvent } from "./cloud-event.ts";
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
/** Set if the image has replaced another upload of the same key. */
const UPLOADED = { ...RESULT, source: Source, replacesUpload: z.boolean().optional() };

export const ImageProcessed = cloudEvent(
  "image.processed",
  z.object({ ...UPLOADED, recipe: z.string(), renditions: z.array(Rendition) }),
);
export type ImageProcessed = z.infer<typeof ImageProcessed>;
export const ImageRejected = cloudEvent(
  "image.rejected",
  z.object({ ...UPLOADED, reason: RejectionReason, reasonText: z.string() }),
);
export const ImageRemoved = cloudEvent("image.removed", z.object({ ...RESULT, source: DeletedSource }));

/** The outcome of an analysis: its verdict, or null and a reason if the image could not be analysed. */
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
/** A result event that is about a manifest. */
export type ManifestEvent = Exclude<ResultEvent, ImageAnalyzed>;

/** Builds the result event of a manifest: the same manifest gives the same event, however often it is sent. */
export function toResultEvent(manifest: Manifest, at: ObjectName): ManifestEvent {
  const { imageId, correlationId } = manifest;
  const replaces = "replacesUpload" in manifest && manifest.replacesUpload;
  const result = { imageId, manifest: at, correlationId, ...(replaces && { replacesUpload: true }) };
  switch (manifest.status) {
    case "processed": {
      const { source, recipe, renditions } = manifest;
      const id = toId("image.processed", imageId, identityOf(source), recipe);
      return toCloudEvent("image.processed", occurrenceOf(manifest, id), {
        ...result,
        source,
        recipe,
        renditions,
      });
    }
    case "rejected": {
      const { source, reason, reasonText } = manifest;
      const id = toId("image.rejected", imageId, identityOf(source), reason);
      return toCloudEvent("image.rejected", occurrenceOf(manifest, id), {
        ...result,
        source,
        reason,
        reasonText,
      });
    }
    case "deleted": {
      const { source } = manifest;
      const id = toId("image.removed", imageId, source.sequencer, source.versionId);
      return toCloudEvent("image.removed", occurrenceOf(manifest, id), { ...result, source });
    }
  }
}

/** Builds the event of an analysis. A tombstone has none: `image.removed` is the event of a deletion. */
export function toAnalyzedEvent(
  analysis: AnalyzedAnalysis | RejectedAnalysis,
  at: ObjectName,
): ImageAnalyzed {
  const { imageId, correlationId, source, recipe } = analysis;
  const outcome = analysis.status === "analyzed" ? toVerdict(analysis) : toRejection(analysis);
  const reason = analysis.status === "rejected" ? [analysis.reason] : [];
  const id = toId("image.analyzed", imageId, identityOf(source), recipe, ...reason);
  return toCloudEvent("image.analyzed", occurrenceOf(analysis, id), {
    imageId,
    analysis: at,
    correlationId,
    source,
    recipe,
    ...outcome,
  });
}

function toVerdict({ verdict, rules }: AnalyzedAnalysis) {
  return { verdict, labels: rules.filter(({ action }) => action === verdict).map(({ label }) => label) };
}

function toRejection({ reason, reasonText }: RejectedAnalysis) {
  return { verdict: null, labels: [], reason, reasonText };
}

interface ObjectName {
  bucket: string;
  key: string;
}

function toId(...identity: unknown[]): string {
  return digest(JSON.stringify(identity));
}

function occurrenceOf(document: { source: DeletedSource; updatedAt: string }, id: string) {
  const { bucket, key } = document.source;
  return { id, bucket, key, time: document.updatedAt };
}

function identityOf(source: Source) {
  return [source.eTag, source.versionId, source.sequencer];
}
