/** The sections of `docs/runbook.md` that an alarm sends its reader to. */
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
  | "completeness-gap"
  | "audit-fails"
  | "workflow-executions";

export interface Metric {
  namespace: string;
  name: string;
  /** `Sum`, `Maximum`, or a percentile such as `p99`. */
  statistic: string;
  dimensions: Record<string, string>;
}

/** One metric, or an expression over several by their ids. */
export type Measure = Metric | { expression: string; label: string; metrics: Record<string, Metric> };

/** Something that is watched: an alarm and a widget of the dashboard, both made of this. */
export interface Watch {
  /** The alarm's construct id. */
  id: string;
  /** The alarm's name, behind the environment's prefix. */
  name: string;
  /** What it says about the pipeline when it goes off, as a sentence. */
  meaning: string;
  section: RunbookSection;
  /** Whether the whole pipeline counts as unhealthy while it lasts. */
  isSevere: boolean;
  measure: Measure;
  /** Goes off at this value and above, or below it. */
  threshold: number;
  /** `below`: what should come regularly; no data is trouble then. Without it goes off at the threshold and above. */
  goesOff?: "below";
  periodSeconds: number;
  /** How many periods of how many must reach the threshold. */
  periods: { reached: number; of: number };
}

export function isExpression(measure: Measure): measure is Exclude<Measure, Metric> {
  return "expression" in measure;
}
