import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm/index.js";
import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import type { Pipeline } from "@image-pipeline/schema/config";
import type { Construct } from "constructs";
import type { Watch } from "../watches/watch.ts";
import { toAlarm } from "./alarm.ts";
import { dashboardBody } from "./dashboard.ts";

export interface RenderedWatches {
  watches: readonly Watch[];
  /** Prefix of every alarm's name. */
  prefix: string;
  pipeline: Pick<Pipeline, "alarms" | "dashboard" | "region">;
  /** Name of the dashboard; the composite alarm is `<name>-unhealthy`. */
  name: string;
  /** The topic that notifies people. */
  alarmsTopicArn: string;
  /** Meaning of the composite alarm, as a sentence. */
  unhealthy: string;
  /** The provider and the topic of alarms on CloudFront's metrics: a topic is in the region of its alarms. */
  edge?: { provider: AwsProvider; alarmsTopicArn: string };
}

/** Creates an alarm and a dashboard widget for each watch, unless the config leaves alarms or dashboard out. */
export function renderWatches(scope: Construct, props: RenderedWatches): void {
  const { watches, pipeline, name } = props;
  if (pipeline.dashboard)
    new CloudwatchDashboard(scope, "Dashboard", {
      dashboardName: name,
      dashboardBody: dashboardBody(watches, pipeline.region),
    });
  if (pipeline.alarms.enabled) createAlarms(scope, props);
}

/**
 * Creates the alarms, and a composite alarm over the severe ones.
 *
 * Only the composite alarm notifies of OK. A new alarm goes from INSUFFICIENT_DATA to OK, so with OK actions on each one a first
 * deployment would send dozens of notes that follow no alarm, and so it sends one. Mails leave it out too (`alarmMail`).
 */
function createAlarms(scope: Construct, props: RenderedWatches): void {
  const { prefix, name } = props;
  createEdgeAlarms(scope, props);
  const watches = props.watches.filter(({ isAtTheEdge }) => !isAtTheEdge);
  const actions = [props.alarmsTopicArn, ...props.pipeline.alarms.topicArns];
  const alarms = watches.map(
    (watch) =>
      new CloudwatchMetricAlarm(scope, watch.id, {
        ...toAlarm(watch, prefix),
        alarmActions: actions,
      }),
  );
  new CloudwatchCompositeAlarm(scope, "Unhealthy", {
    alarmName: `${name}-unhealthy`,
    alarmDescription: `${props.unhealthy}. See docs/runbook.md#pipeline-unhealthy`,
    alarmRule: watches
      .filter(({ isSevere }) => isSevere)
      .map((watch) => `ALARM("${prefix}-${watch.name}")`)
      .join(" OR "),
    alarmActions: actions,
    okActions: actions,
    // CloudWatch refuses a rule that names an alarm that does not exist.
    dependsOn: alarms,
  });
}

/** Creates the alarms on CloudFront's metrics. They notify by themselves: a composite alarm is for alarms of its own region. */
function createEdgeAlarms(scope: Construct, { watches, prefix, edge }: RenderedWatches): void {
  if (edge === undefined) return;
  for (const watch of watches.filter(({ isAtTheEdge }) => isAtTheEdge))
    new CloudwatchMetricAlarm(scope, watch.id, {
      ...toAlarm(watch, prefix),
      provider: edge.provider,
      alarmActions: [edge.alarmsTopicArn],
    });
}
