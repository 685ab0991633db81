import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { ImageEvent } from "@image-pipeline/schema/events";
import type { ImageOutcome } from "./manifest.ts";

/**
 * Writes the metrics of an image as one EMF record: CloudWatch Logs bills every record by its bytes. It has both counts for every image,
 * one of them 0: an alarm on their share has no data if one of the two metrics was never emitted, as ImagesProcessed if all images are
 * rejected. A rejected image has no render time and no bytes out, which would lower the means.
 */
export function measureImage(
  metrics: Metrics,
  event: ImageEvent,
  { decision, manifest }: ImageOutcome,
): void {
  if (decision !== "process" || !manifest || manifest.status === "deleted") {
    const image = metrics.singleMetric();
    image.addDimension("decision", decision);
    image.addMetric("Decisions", MetricUnit.Count, 1);
    return;
  }
  const isProcessed = manifest.status === "processed";
  metrics.addMetadata("key", event.subject);
  metrics.addMetadata("status", manifest.status);
  metrics.addMetric("ImagesProcessed", MetricUnit.Count, isProcessed ? 1 : 0);
  metrics.addMetric("ImagesRejected", MetricUnit.Count, isProcessed ? 0 : 1);
  metrics.addMetric("BytesIn", MetricUnit.Bytes, manifest.source.size);
  metrics.addMetric(
    "DwellTime",
    MetricUnit.Milliseconds,
    Date.parse(manifest.updatedAt) - Date.parse(event.time),
  );
  if (manifest.status === "rejected") countReason(metrics, manifest.reason);
  else {
    const bytesOut = manifest.renditions.reduce((sum, { bytes }) => sum + bytes, 0);
    metrics.addMetric("BytesOut", MetricUnit.Bytes, bytesOut);
    metrics.addMetric("RenderTime", MetricUnit.Milliseconds, manifest.timings.renderMs);
  }
  metrics.publishStoredMetrics();
}

/** A record apart, because a dimension applies to every metric of its record, and the other metrics have no reason. */
function countReason(metrics: Metrics, reason: string): void {
  metrics.addMetadata("reason", reason);
  const rejection = metrics.singleMetric();
  rejection.addDimension("reason", reason);
  rejection.addMetric("Rejections", MetricUnit.Count, 1);
}
