import type { Settings } from "./pipeline-settings.ts";

/** Enough for a burst of uploads, since ingest only passes references. */
const INGEST_EXECUTIONS = 20;
/** One execution for each batch that the queue's poller has in flight. */
const POLLER = "maximumConcurrency";
/** Runs of the audit do not overlap. */
const AUDIT_EXECUTIONS = 1;
/** Executions of each step of the workflow. */
const STEP_EXECUTIONS = 10;

/** Returns the settings with the recommended reservation of every function that has none, if the config reserves executions. */
export function reserveConcurrency(settings: Settings): Settings {
  if (!settings.reserveConcurrency) return settings;
  const { ingest, worker, backfill, analysis, audit, workflow } = settings;
  return {
    ...settings,
    ingest: { ...ingest, reservedConcurrency: ingest.reservedConcurrency ?? INGEST_EXECUTIONS },
    worker: { ...worker, reservedConcurrency: worker.reservedConcurrency ?? POLLER },
    backfill: { ...backfill, reservedConcurrency: backfill.reservedConcurrency ?? POLLER },
    analysis: { ...analysis, reservedConcurrency: analysis.reservedConcurrency ?? POLLER },
    audit: { ...audit, reservedConcurrency: audit.reservedConcurrency ?? AUDIT_EXECUTIONS },
    workflow: { ...workflow, reservedConcurrency: workflow.reservedConcurrency ?? STEP_EXECUTIONS },
  };
}
