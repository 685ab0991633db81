import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import type { Construct } from "constructs";
import type { Watch } from "../watches/watch.ts";
import { toAlarm } from "./alarm.ts";
import { dashboardBody } from "./dashboard.ts";

export interface RenderedWatches {
  watches: readonly Watch[];
  /** Prefix of every alarm's name. */
  prefix: string;
  region: string;
  dashboardName: string;
  /** The topic that notifies people. */
  alarmsTopicArn: string;
}

/** Creates an alarm and a dashboard widget for each watch. */
export function renderWatches(scope: Construct, props: RenderedWatches): CloudwatchMetricAlarm[] {
  const { watches, prefix, region, dashboardName, alarmsTopicArn } = props;
  new CloudwatchDashboard(scope, "Dashboard", {
    dashboardName,
    dashboardBody: dashboardBody(watches, region),
  });
  return watches.map(
    (watch) =>
      new CloudwatchMetricAlarm(scope, watch.id, {
        ...toAlarm(watch, prefix),
        alarmActions: [alarmsTopicArn],
        okActions: [alarmsTopicArn],
      }),
  );
}
