import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy/index.js";
import { Construct } from "constructs";
import { denyInsecureTransport, policyDocument, type Statement } from "../policies/policy-document.ts";
import { topicWatches } from "../watches/topic-watches.ts";
import type { Watch } from "../watches/watch.ts";

export interface EventTopicProps {
  topicName: string;
  /** The customer key that encrypts its messages; null for none. */
  keyArn: string | null;
  /** Additional publishers; this account's roles publish by their own policies. */
  publishers?: (topicArn: string) => Statement[];
}

/** A topic for this account's roles and for the services that its policy allows. TLS only. */
export class EventTopic extends Construct {
  readonly topic: SnsTopic;
  private readonly topicName: string;

  constructor(scope: Construct, id: string, { topicName, keyArn, publishers }: EventTopicProps) {
    super(scope, id);
    this.topicName = topicName;
    this.topic = new SnsTopic(this, "Topic", {
      name: topicName,
      ...(keyArn === null ? {} : { kmsMasterKeyId: keyArn }),
    });
    const { arn } = this.topic;
    new SnsTopicPolicy(this, "Policy", {
      arn,
      policy: policyDocument([...(publishers?.(arn) ?? []), denyInsecureTransport("sns:Publish", [arn])]),
    });
  }

  /** Returns the watches of its deliveries; alarms use `name`. */
  watches(name: string): Watch[] {
    return topicWatches(name, this.topicName);
  }
}
