import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { ImageEvent } from "@image-pipeline/schema";
import type { DeleteOutcome } from "./process-deleted.ts";
import type { UploadOutcome } from "./process-uploaded.ts";

/** One EMF record per image: counts by status and reason, bytes, render time, and the time from upload to manifest. */
export function measureImage(
  metrics: Metrics,
  event: ImageEvent,
  outcome: UploadOutcome | DeleteOutcome,
): void {
  const { decision, manifest } = outcome;
  const image = metrics.singleMetric();
  if (decision !== "process" || !manifest || manifest.status === "deleted") {
    image.addDimension("decision", decision);
    image.addMetric("Decisions", MetricUnit.Count, 1);
    return;
  }
  metrics.addDimension("status", manifest.status);
  metrics.addMetadata("key", event.subject);
  metrics.addMetric(
    manifest.status === "processed" ? "ImagesProcessed" : "ImagesRejected",
    MetricUnit.Count,
    1,
  );
  if (manifest.status === "rejected") metrics.addMetadata("reason", manifest.reason);
  metrics.addMetric("BytesIn", MetricUnit.Bytes, manifest.source.size);
  metrics.addMetric(
    "BytesOut",
    MetricUnit.Bytes,
    manifest.renditions.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  metrics.addMetric("RenderTime", MetricUnit.Milliseconds, manifest.timings.renderMs);
  metrics.addMetric(
    "DwellTime",
    MetricUnit.Milliseconds,
    Date.parse(manifest.updatedAt) - Date.parse(event.time),
  );
  metrics.publishStoredMetrics();
}
