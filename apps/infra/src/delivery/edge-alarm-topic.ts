import type { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { Construct } from "constructs";
import type { StackContext } from "../deployment.ts";
import { alarmMail } from "../observability/alarm-mail.ts";
import { denyInsecureTransport, policyDocument } from "../policies/policy-document.ts";
import { EDGE_REGION } from "../watches/watch.ts";

/**
 * Returns the topic for alarms on CloudFront's metrics. In another region than CloudFront's, the pipeline's own topic cannot
 * be used: then this creates a second one, with the same e-mail address. It is not encrypted, since keys have a region too, and
 * an alarm has no data of images.
 */
export function edgeAlarmTopic(scope: Construct, context: StackContext, provider: AwsProvider): string {
  const { names, pipeline, accountId } = context;
  const ownTopic = names.topicArn(names.alarmsTopic, accountId);
  if (pipeline.region === EDGE_REGION) return ownTopic;
  const inside = new Construct(scope, "EdgeAlarms");
  const { arn } = new SnsTopic(inside, "Topic", { provider, name: `${names.prefix}-edge-alarms` });
  new SnsTopicPolicy(inside, "Policy", {
    provider,
    arn,
    policy: policyDocument([
      {
        Sid: "CloudWatchAlarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: arn,
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
      denyInsecureTransport("sns:Publish", [arn]),
    ]),
  });
  const { email, enabled } = pipeline.alarms;
  if (enabled && email !== null)
    new SnsTopicSubscription(inside, "Mail", { provider, ...alarmMail(arn, email) });
  return arn;
}
