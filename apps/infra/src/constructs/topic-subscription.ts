import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { Statement } from "../policies/policy-document.ts";
import type { FilterPolicy } from "./filter-policy.ts";

/** What of a topic a subscriber gets. SNS takes one subscription of a queue to a topic. */
export interface TopicSubscription {
  topic: { arn: string };
  filterPolicy: FilterPolicy;
  /** Its construct id; each of a subscriber's subscriptions needs one of its own, and keeps it. */
  id?: string;
}

export interface SubscribedQueue {
  queueArn: string;
  deadLetterQueueArn: string;
  /** What lets SNS send: a delivery that a policy refuses is a client error, which SNS does not try again. */
  dependsOn: ITerraformDependable[];
}

/** Subscribes a queue, raw; what SNS cannot deliver goes to the DLQ. */
export function subscribe(
  scope: Construct,
  { topic, filterPolicy, id = "Subscription" }: TopicSubscription,
  { queueArn, deadLetterQueueArn, dependsOn }: SubscribedQueue,
): void {
  new SnsTopicSubscription(scope, id, {
    topicArn: topic.arn,
    protocol: "sqs",
    endpoint: queueArn,
    rawMessageDelivery: true,
    filterPolicyScope: "MessageAttributes",
    filterPolicy: JSON.stringify(filterPolicy),
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn }),
    dependsOn,
  });
}

/**
 * Lets topics send to a queue. A topic's ARN pins its account too. SNS is not documented to send `aws:SourceAccount` with a
 * delivery, so that condition holds only where the key is there: without `IfExists` every delivery might be refused.
 */
export function allowTopics(
  queueArn: string,
  subscriptions: readonly TopicSubscription[],
  accountId: string,
): Statement {
  return {
    Sid: "DeliverFromTopic",
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: {
      ArnEquals: { "aws:SourceArn": toOneOrMore(subscriptions.map(({ topic }) => topic.arn)) },
      StringEqualsIfExists: { "aws:SourceAccount": accountId },
    },
  };
}

/** A list of one as AWS gives it back: alone, so that no plan sees a change. */
function toOneOrMore(values: string[]): string | string[] {
  const [only, ...others] = values;
  return only !== undefined && others.length === 0 ? only : values;
}
