import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import type { MessageAttributeName } from "@image-pipeline/schema/events";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { Statement } from "../policies/policy-document.ts";

type Value = string | number;

/** Condition on one attribute (docs.aws.amazon.com/sns/latest/dg/string-value-matching.html and the pages beside it). */
type Condition =
  | Value
  | { exists: boolean }
  | { prefix: string }
  | { suffix: string }
  | { "equals-ignore-case": string }
  | { "anything-but": Value | readonly Value[] | { prefix: string } | { suffix: string } }
  | { numeric: NumericRange };
type NumericRange =
  | readonly ["=" | Above | Below, number]
  | readonly [lower: Above, number, upper: Below, number];
type Above = ">" | ">=";
type Below = "<" | "<=";

type Conditions = Readonly<Partial<Record<MessageAttributeName, readonly Condition[]>>>;

/**
 * Filter on message attributes: every attribute in it must meet one of its conditions, and with `$or` those of one of its
 * members. SNS drops all other messages silently, so an attribute that no message has does not compile.
 */
export type FilterPolicy = Conditions & { readonly $or?: readonly Conditions[] };

/** A subscriber's share of a topic. SNS allows one subscription of a queue to a topic. */
export interface TopicSubscription {
  topic: { arn: string };
  filterPolicy: FilterPolicy;
  /** The construct id (default: `Subscription`). A second subscription needs one; it never changes once deployed. */
  id?: string;
}

export interface SubscribedQueue {
  queueArn: string;
  deadLetterQueueArn: string;
  /** The policies that allow SNS to send: SNS does not retry a delivery that a policy refuses. */
  dependsOn: ITerraformDependable[];
}

/** Subscribes a queue with raw delivery; messages that SNS cannot deliver go to the DLQ. */
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
 * Allows topics to send to a queue. A topic's ARN contains its account. AWS does not document that SNS sends
 * `aws:SourceAccount` with a delivery, so the condition has `IfExists`: without it every delivery might be refused.
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

/** Returns a list of one as AWS returns it, without the list, so that no plan shows a change. */
function toOneOrMore(values: string[]): string | string[] {
  const [only, ...others] = values;
  return only !== undefined && others.length === 0 ? only : values;
}
