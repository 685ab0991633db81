import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { Construct } from "constructs";
import { EventTopic } from "../constructs/event-topic.ts";
import type { StackContext } from "../deployment.ts";
import type { Statement } from "../policies/policy-document.ts";
import type { Watch } from "../watches/watch.ts";
import { renderWatches } from "./render-watches.ts";

/** The alarms of the core stack, the topic that notifies people, one alarm over all severe ones, and a dashboard. */
export class Observability extends Construct {
  readonly alarms: SnsTopic;

  constructor(scope: Construct, id: string, context: StackContext, watches: readonly Watch[]) {
    super(scope, id);
    const { prefix } = context.names;
    this.alarms = this.createTopic(context);
    renderWatches(this, {
      watches,
      prefix,
      pipeline: context.pipeline,
      name: prefix,
      alarmsTopicArn: this.alarms.arn,
      unhealthy: "The pipeline loses, delays or fails images",
    });
  }

  private createTopic({ pipeline, names, accountId, keyArn }: StackContext): SnsTopic {
    const { topic } = new EventTopic(this, "Alarms", {
      topicName: names.alarmsTopic,
      keyArn,
      publishers: (topicArn) => [publishAlarms(topicArn, accountId)],
    });
    const { email, enabled } = pipeline.alarms;
    if (enabled && email !== null)
      new SnsTopicSubscription(this, "Mail", { topicArn: topic.arn, protocol: "email", endpoint: email });
    return topic;
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
