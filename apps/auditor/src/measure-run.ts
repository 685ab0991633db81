import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { GAPS } from "@image-pipeline/audit";
import type { RunReport } from "./run-audit.ts";

/** EMF records of a run: that there was one, how far it came, and how far the world is from whole, in all and by kind. */
export function measureRun(metrics: Metrics, { images, isPassOver, gaps }: RunReport): void {
  metrics.addMetric("AuditRuns", MetricUnit.Count, 1);
  metrics.addMetric("AuditPasses", MetricUnit.Count, isPassOver ? 1 : 0);
  metrics.addMetric("AuditedImages", MetricUnit.Count, images);
  const all = GAPS.reduce((sum, gap) => sum + gaps[gap], 0);
  metrics.addMetric("CompletenessGap", MetricUnit.Count, all);
  metrics.publishStoredMetrics();
  for (const gap of GAPS) {
    const ofKind = metrics.singleMetric();
    ofKind.addDimension("gap", gap);
    ofKind.addMetric("CompletenessGap", MetricUnit.Count, gaps[gap]);
  }
}
