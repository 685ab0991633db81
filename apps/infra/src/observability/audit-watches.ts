import type { Deployment } from "../deployment.ts";
import { deadLettersWatch } from "./queue-watches.ts";
import type { Watch } from "./watch.ts";

const HOUR_SECONDS = 3600;

/** What the audit finds, and that it runs at all (`apps/auditor/src/measure-run.ts`); none where it is off. */
export function auditWatches({ pipeline, names }: Pick<Deployment, "pipeline" | "names">): Watch[] {
  const { enabled, intervalHours } = pipeline.audit;
  if (!enabled) return [];
  const failed = (name: string, queueName: string): Watch => ({
    ...deadLettersWatch(name, queueName, "audit-fails"),
    meaning: `Runs of the audit failed for good and wait in ${queueName}`,
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
      // A run tells it once: the alarm lasts until the next one has told otherwise.
      periods: { reached: 1, of: intervalHours + 1 },
    },
    {
      id: "AuditSilent",
      name: "audit-silent",
      meaning: `The audit did not come to an end twice in a row: ${2 * intervalHours} hours`,
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
