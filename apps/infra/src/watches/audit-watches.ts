import type { Deployment } from "../deployment.ts";
import { deadLettersWatch } from "./queue-watches.ts";
import type { Watch } from "./watch.ts";

const HOUR_SECONDS = 3600;

/** Returns the watches of the audit's findings and of its runs (`apps/auditor/src/measure-run.ts`). */
export function auditWatches({ pipeline, names }: Pick<Deployment, "pipeline" | "names">): Watch[] {
  const { intervalHours } = pipeline.audit;
  const failed = (name: string, queueName: string): Watch => ({
    ...deadLettersWatch(name, queueName, "audit-fails"),
    meaning: `Audit runs failed permanently; their events are in ${queueName}`,
    isSevere: false,
  });
  const measure = (name: string, statistic: string) => ({
    namespace: "ImagePipeline",
    name,
    statistic,
    dimensions: { function: names.auditFunction, service: "audit" },
  });
  return [
    failed("audit-failures", names.auditFailureQueue),
    failed("audit-dead-letters", names.auditDeadLetterQueue),
    {
      id: "CompletenessGap",
      name: "completeness-gap",
      meaning: "Sources, manifests or renditions are missing, orphaned or corrupt",
      section: "completeness-gap",
      isSevere: false,
      measure: measure("CompletenessGap", "Maximum"),
      threshold: 1,
      periodSeconds: HOUR_SECONDS,
      // Each run reports once, so the alarm must last until the next run.
      periods: { reached: 1, of: intervalHours + 1 },
    },
    {
      id: "AuditSilent",
      name: "audit-silent",
      meaning: `The audit did not complete a run in ${2 * intervalHours} hours, twice its interval`,
      section: "audit-fails",
      isSevere: false,
      measure: measure("AuditRuns", "Sum"),
      threshold: 1,
      goesOff: "below",
      periodSeconds: HOUR_SECONDS,
      periods: { reached: 2 * intervalHours + 1, of: 2 * intervalHours + 1 },
    },
  ];
}
