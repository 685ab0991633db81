import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { Construct } from "constructs";
import { EventTopic } from "../constructs/event-topic.ts";
import type { StackContext } from "../deployment.ts";
import type { Statement } from "../policies/policy-document.ts";
import type { Watch } from "../watches/watch.ts";
import { alarmMail } from "./alarm-mail.ts";
import { ChatChannels } from "./chat-channels.ts";
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

  private createTopic(context: StackContext): SnsTopic {
    const { names, accountId, keyArn } = context;
    const { topic } = new EventTopic(this, "Alarms", {
      topicName: names.alarmsTopic,
      keyArn,
      grants: (topicArn) => [publishAlarms(topicArn, accountId)],
    });
    if (context.pipeline.alarms.enabled) this.notify(context, topic.arn);
    return topic;
  }

  private notify(context: StackContext, topicArn: string): void {
    const { email, slack, teams } = context.pipeline.alarms;
    if (email !== null) new SnsTopicSubscription(this, "Mail", alarmMail(topicArn, email));
    if (slack !== null || teams !== null) new ChatChannels(this, "Chat", context, topicArn);
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
