/** Sections of `docs/runbook.md` that alarm descriptions link to. */
export type RunbookSection =
  | "dead-letters"
  | "ingest-failures"
  | "uploads-wait"
  | "function-errors"
  | "function-throttles"
  | "function-near-its-time-out"
  | "events-dropped"
  | "events-not-delivered"
  | "many-rejections"
  | "unexpected-rejections"
  | "completeness-gap"
  | "audit-fails"
  | "workflow-executions"
  | "delivery-errors"
  | "budget";

export interface Metric {
  namespace: string;
  name: string;
  /** `Sum`, `Maximum`, or a percentile such as `p99`. */
  statistic: string;
  dimensions: Record<string, string>;
}

/** One metric, or an expression over several metrics by their ids. */
export type Measure = Metric | { expression: string; label: string; metrics: Record<string, Metric> };

/** A metric with a threshold, as data: `observability/` creates an alarm and a dashboard widget from each. */
export interface Watch {
  /** The alarm's construct id. */
  id: string;
  /** The alarm's name, without the environment's prefix. */
  name: string;
  /** Meaning of the alarm, as a sentence about the pipeline. */
  meaning: string;
  section: RunbookSection;
  /** True if the composite alarm includes this one. */
  isSevere: boolean;
  measure: Measure;
  threshold: number;
  /** `below`: alarms below the threshold and if data is missing (default: alarms at or above the threshold). */
  goesOff?: "below";
  /** True for a metric of CloudFront, all of which are in us-east-1 (default: the pipeline's region). */
  isAtTheEdge?: boolean;
  periodSeconds: number;
  /** Number of periods that must reach the threshold, and the number of periods that are evaluated. */
  periods: { reached: number; of: number };
}

/** The region of CloudFront's metrics, certificates and access logs. */
export const EDGE_REGION = "us-east-1";

/** Alarms after a single minute. */
export const ONE_MINUTE = { periodSeconds: 60, periods: { reached: 1, of: 1 } } as const;
/** Alarms after three of five minutes. */
export const THREE_OF_FIVE_MINUTES = { periodSeconds: 60, periods: { reached: 3, of: 5 } } as const;

export function isExpression(measure: Measure): measure is Exclude<Measure, Metric> {
  return "expression" in measure;
}
