import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm/index.js";
import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { Construct } from "constructs";
import { EventTopic } from "../constructs/event-topic.ts";
import { subscribersIn } from "../constructs/subscriber.ts";
import type { Deployment } from "../deployment.ts";
import type { Statement } from "../policies/policy-document.ts";
import { toAlarm } from "./alarm.ts";
import { dashboardBody } from "./dashboard.ts";
import { pipelineWatches } from "./pipeline-watches.ts";
import type { Watch } from "./watch.ts";

export interface ObservabilityProps {
  accountId: string;
  keyArn: string | null;
}

/** The alarms, the topic they reach people through, one alarm over all severe ones, and a dashboard: of one list, with
 * every subscriber that the stack holds by then. */
export class Observability extends Construct {
  readonly alarms: SnsTopic;

  constructor(scope: Construct, id: string, deployment: Deployment, props: ObservabilityProps) {
    super(scope, id);
    const { pipeline, names } = deployment;
    const watches = pipelineWatches(deployment, subscribersIn(scope));
    this.alarms = this.createTopic(deployment, props);
    const alarms = watches.map(
      (watch) =>
        new CloudwatchMetricAlarm(this, watch.id, {
          ...toAlarm(watch, names.prefix),
          alarmActions: [this.alarms.arn],
          okActions: [this.alarms.arn],
        }),
    );
    this.createComposite(names.prefix, watches, alarms);
    new CloudwatchDashboard(this, "Dashboard", {
      dashboardName: names.prefix,
      dashboardBody: dashboardBody(watches, pipeline.region),
    });
  }

  private createTopic({ pipeline, names }: Deployment, { accountId, keyArn }: ObservabilityProps): SnsTopic {
    const { topic } = new EventTopic(this, "Alarms", {
      topicName: names.alarmsTopic,
      keyArn,
      publishers: (topicArn) => [publishAlarms(topicArn, accountId)],
    });
    const { email } = pipeline.alarms;
    if (email !== null)
      new SnsTopicSubscription(this, "Mail", { topicArn: topic.arn, protocol: "email", endpoint: email });
    return topic;
  }

  private createComposite(prefix: string, watches: readonly Watch[], alarms: CloudwatchMetricAlarm[]): void {
    const severe = watches.filter(({ isSevere }) => isSevere);
    new CloudwatchCompositeAlarm(this, "Unhealthy", {
      alarmName: `${prefix}-unhealthy`,
      alarmDescription: "The pipeline loses, delays or fails images. See docs/runbook.md#pipeline-unhealthy",
      alarmRule: severe.map(({ name }) => `ALARM("${prefix}-${name}")`).join(" OR "),
      alarmActions: [this.alarms.arn],
      okActions: [this.alarms.arn],
      dependsOn: alarms,
    });
  }
}

function publishAlarms(topicArn: string, accountId: string): Statement {
  return {
    Sid: "CloudWatchAlarms",
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: "sns:Publish",
    Resource: topicArn,
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  };
}
