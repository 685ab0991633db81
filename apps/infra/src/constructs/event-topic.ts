import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy/index.js";
import { Construct } from "constructs";
import { denyInsecureTransport, policyDocument } from "../policies/policy-document.ts";

/** A topic that this account's roles publish to by their own policies, over TLS alone; its policy allows nobody. */
export class EventTopic extends Construct {
  readonly topic: SnsTopic;

  constructor(scope: Construct, id: string, topicName: string) {
    super(scope, id);
    this.topic = new SnsTopic(this, "Topic", { name: topicName });
    const { arn } = this.topic;
    new SnsTopicPolicy(this, "Policy", {
      arn,
      policy: policyDocument([denyInsecureTransport("sns:Publish", [arn])]),
    });
  }
}
