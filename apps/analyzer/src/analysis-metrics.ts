import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type {
  Analysis,
  AnalyzedAnalysis,
  ImageDeleted,
  ImageProcessed,
  ImageUploaded,
} from "@image-pipeline/schema";

/** What became of an event: a decision, or the code of the error that acknowledged it; the analysis that stands. */
export interface Outcome {
  decision: string;
  analysis?: Analysis | undefined;
}

/** One EMF record per event: a new analysis by its verdict, with what it took; a rejection by its reason; else the decision. */
export function measureAnalysis(
  metrics: Metrics,
  event: ImageUploaded | ImageDeleted | ImageProcessed,
  { decision, analysis }: Outcome,
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
  const { verdict, labels, moderation, timings, updatedAt } = analysis;
  metrics.addDimension("verdict", verdict);
  metrics.addMetadata("key", event.subject);
  metrics.addMetric("ImagesAnalyzed", MetricUnit.Count, 1);
  metrics.addMetric("PaidCalls", MetricUnit.Count, [labels, moderation].filter(Boolean).length);
  metrics.addMetric("AnalyzeTime", MetricUnit.Milliseconds, timings.analyzeMs);
  metrics.addMetric("DwellTime", MetricUnit.Milliseconds, Date.parse(updatedAt) - Date.parse(event.time));
  metrics.publishStoredMetrics();
}

function count(metrics: Metrics, metric: string, dimension: { name: string; value: string }): void {
  const single = metrics.singleMetric();
  single.addDimension(dimension.name, dimension.value);
  single.addMetric(metric, MetricUnit.Count, 1);
}
