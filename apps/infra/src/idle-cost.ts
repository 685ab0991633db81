import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm/index.js";
import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js";
import { PipesPipe } from "@cdktf/provider-aws/lib/pipes-pipe/index.js";
import type { Pipeline } from "@image-pipeline/schema/config";
import { USD } from "@image-pipeline/schema/prices";
import type { TerraformStack } from "cdktf";
import { z } from "zod";

const HOURS_PER_MONTH = 720;
const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;
/** Lambda and EventBridge poll a queue with about five requests at a time, each of which waits up to 20 s. */
const POLLS_PER_SECOND = 5 / 20;
/** SQS's first million requests of an account are free every month (aws.amazon.com/sqs/pricing). */
const FREE_REQUESTS = 1_000_000;
/** Metrics of a run of the audit; CloudWatch charges a metric by the hours in which it has data. */
const AUDIT_METRICS = 7;

/** Returns what an environment costs in US dollars a month without any upload, by part. */
export function idleCost(
  stacks: readonly TerraformStack[],
  { audit }: Pick<Pipeline, "audit">,
): Record<string, number> {
  const all = stacks.flatMap((stack) => stack.node.findAll());
  const count = (isWanted: (construct: unknown) => boolean) => all.filter(isWanted).length;
  const alarmMetrics = all
    .filter((construct) => construct instanceof CloudwatchMetricAlarm)
    .reduce((sum, alarm) => sum + metricsOf(alarm), 0);
  const pollers = count((one) => one instanceof LambdaEventSourceMapping || one instanceof PipesPipe);
  const requests = Math.max(0, pollers * POLLS_PER_SECOND * SECONDS_PER_MONTH - FREE_REQUESTS);
  const auditHours = audit.enabled ? HOURS_PER_MONTH / audit.intervalHours : 0;
  return {
    alarms:
      alarmMetrics * USD.alarmMetricMonth +
      count((one) => one instanceof CloudwatchCompositeAlarm) * USD.compositeAlarmMonth,
    dashboards: count((one) => one instanceof CloudwatchDashboard) * USD.dashboardMonth,
    keys: count((one) => one instanceof KmsKey) * USD.kmsKeyMonth,
    "queue polling": requests * USD.sqsRequest,
    "audit metrics": AUDIT_METRICS * USD.customMetricMonth * (auditHours / HOURS_PER_MONTH),
  };
}

const Queries = z.array(z.looseObject({ metric: z.unknown().optional() }));

/** An expression has no metric of its own. */
function metricsOf({ metricQueryInput }: CloudwatchMetricAlarm): number {
  const queries = Queries.safeParse(metricQueryInput);
  return queries.success ? queries.data.filter(({ metric }) => metric !== undefined).length : 1;
}
