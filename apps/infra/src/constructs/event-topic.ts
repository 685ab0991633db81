import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy/index.js";
import { Construct } from "constructs";
import { toPascal } from "../names.ts";
import { denyInsecureTransport, policyDocument, type Statement } from "../policies/policy-document.ts";
import { ONE_MINUTE, type Watch } from "../watches/watch.ts";

export interface EventTopicProps {
  topicName: string;
  /** The customer key that encrypts its messages; null for none. */
  keyArn: string | null;
  /** Additional publishers and subscribers; this account's roles publish by their own policies. */
  grants?: (topicArn: string) => Statement[];
}

/** A topic for this account's roles and for the services that its policy allows. TLS only. */
export class EventTopic extends Construct {
  readonly topic: SnsTopic;
  private readonly topicName: string;

  constructor(scope: Construct, id: string, { topicName, keyArn, grants }: EventTopicProps) {
    super(scope, id);
    this.topicName = topicName;
    this.topic = new SnsTopic(this, "Topic", {
      name: topicName,
      ...(keyArn === null ? {} : { kmsMasterKeyId: keyArn }),
    });
    const { arn } = this.topic;
    new SnsTopicPolicy(this, "Policy", {
      arn,
      policy: policyDocument([...(grants?.(arn) ?? []), denyInsecureTransport("sns:Publish", [arn])]),
    });
  }

  /** Returns the watches of its deliveries; alarms use `name`. */
  watches(name: string): Watch[] {
    return topicWatches(name, this.topicName);
  }
}

/** Returns the watches of a topic's failed deliveries, and of those that did not reach the subscription's DLQ either. */
function topicWatches(topic: string, TopicName: string): Watch[] {
  const failed = (what: string, name: string, meaning: string): Watch => ({
    ...ONE_MINUTE,
    id: toPascal(`${topic}-${what}`),
    name: `${topic}-${what}`,
    meaning,
    section: "events-not-delivered",
    isSevere: true,
    measure: { namespace: "AWS/SNS", name, statistic: "Sum", dimensions: { TopicName } },
    threshold: 1,
  });
  return [
    failed("undelivered", "NumberOfNotificationsFailed", `SNS could not deliver a message of ${TopicName}`),
    failed(
      "lost",
      "NumberOfNotificationsFailedToRedriveToDlq",
      `SNS could neither deliver a message of ${TopicName} nor move it to a DLQ`,
    ),
  ];
}
