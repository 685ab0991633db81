import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy/index.js";
import { Construct } from "constructs";
import { denyInsecureTransport, policyDocument, type Statement } from "../policies/policy-document.ts";

export interface EventTopicProps {
  topicName: string;
  /** The customer key its messages lie under; null for none. */
  keyArn: string | null;
  /** Who may publish, beyond this account's roles by their own policies. */
  publishers?: (topicArn: string) => Statement[];
}

/** A topic that this account's roles publish to by their own policies, over TLS alone, and whichever service its policy lets in. */
export class EventTopic extends Construct {
  readonly topic: SnsTopic;

  constructor(scope: Construct, id: string, { topicName, keyArn, publishers }: EventTopicProps) {
    super(scope, id);
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
}
