import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { AnalyzedAnalysis } from "@image-pipeline/schema/analysis";
import type { ImageDeleted, ImageProcessed, ImageUploaded } from "@image-pipeline/schema/events";
import type { AnalysisOutcome } from "./ports.ts";

/** Writes one EMF record per event: a new analysis by its verdict, a rejection by its reason, or else the decision. */
export function measureAnalysis(
  metrics: Metrics,
  event: ImageUploaded | ImageDeleted | ImageProcessed,
  { decision, analysis }: AnalysisOutcome,
): void {
  if (decision !== "process" || !analysis || analysis.status === "deleted") {
    count(metrics, "Decisions", { name: "decision", value: decision });
  } else if (analysis.status === "rejected") {
    count(metrics, "AnalysesRejected", { name: "reason", value: analysis.reason });
  } else {
    measureVerdict(metrics, event, analysis);
  }
}

function measureVerdict(
  metrics: Metrics,
  event: { subject: string; time: string },
  analysis: AnalyzedAnalysis,
): void {
  const { verdict, labels, moderation, calls, timings, updatedAt } = analysis;
  metrics.addDimension("verdict", verdict);
  metrics.addMetadata("key", event.subject);
  metrics.addMetric("ImagesAnalyzed", MetricUnit.Count, 1);
  metrics.addMetric("PaidCalls", MetricUnit.Count, calls ?? [labels, moderation].filter(Boolean).length);
  metrics.addMetric("AnalyzeTime", MetricUnit.Milliseconds, timings.analyzeMs);
  metrics.addMetric("DwellTime", MetricUnit.Milliseconds, Date.parse(updatedAt) - Date.parse(event.time));
  metrics.publishStoredMetrics();
}

function count(metrics: Metrics, metric: string, dimension: { name: string; value: string }): void {
  const single = metrics.singleMetric();
  single.addDimension(dimension.name, dimension.value);
  single.addMetric(metric, MetricUnit.Count, 1);
}
