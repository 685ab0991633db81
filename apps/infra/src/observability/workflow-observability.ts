import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { Construct } from "constructs";
import { toAlarm } from "./alarm.ts";
import { dashboardBody } from "./dashboard.ts";
import type { Watch } from "./watch.ts";

export interface WorkflowObservabilityProps {
  prefix: string;
  region: string;
  /** The core's, which tells people. */
  alarmsTopicArn: string;
  watches: readonly Watch[];
}

/** The workflow's alarms, told through the core's topic, and a dashboard of its own: of one list. */
export class WorkflowObservability extends Construct {
  constructor(scope: Construct, id: string, props: WorkflowObservabilityProps) {
    super(scope, id);
    const { prefix, region, watches, alarmsTopicArn } = props;
    for (const watch of watches)
      new CloudwatchMetricAlarm(this, watch.id, {
        ...toAlarm(watch, prefix),
        alarmActions: [alarmsTopicArn],
        okActions: [alarmsTopicArn],
      });
    new CloudwatchDashboard(this, "Dashboard", {
      dashboardName: `${prefix}-workflow`,
      dashboardBody: dashboardBody(watches, region),
    });
  }
}
