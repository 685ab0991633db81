import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { ImageEvent } from "@image-pipeline/schema/events";
import type { ImageOutcome } from "./manifest.ts";

/** Writes the EMF records of an image: counts by status and reason, bytes, render time, and the time from upload to manifest. */
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
  countStatus(metrics, manifest.status);
  metrics.addDimension("status", manifest.status);
  metrics.addMetadata("key", event.subject);
  if (manifest.status === "rejected") countReason(metrics, manifest.reason);
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

/**
 * Emits both counts for every image, one of them 0: an alarm on their share has no data if one of the two metrics was never
 * emitted, as ImagesProcessed if all images are rejected. Without the dimension `status`, so that both always exist.
 */
function countStatus(metrics: Metrics, status: "processed" | "rejected"): void {
  const count = (name: string, isCounted: boolean) =>
    metrics.singleMetric().addMetric(name, MetricUnit.Count, isCounted ? 1 : 0);
  count("ImagesProcessed", status === "processed");
  count("ImagesRejected", status === "rejected");
}

/** A record apart, because a dimension applies to every metric of its record, and the other metrics have no reason. */
function countReason(metrics: Metrics, reason: string): void {
  metrics.addMetadata("reason", reason);
  const rejection = metrics.singleMetric();
  rejection.addDimension("reason", reason);
  rejection.addMetric("Rejections", MetricUnit.Count, 1);
}
