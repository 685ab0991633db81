import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy/index.js";
import { Construct } from "constructs";
import { denyInsecureTransport, policyDocument, type Statement } from "../policies/policy-document.ts";
import { FailureQueue } from "./failure-queue.ts";
import { queueEncryption } from "./queue-encryption.ts";

/** Long enough to outlast an outage of days, and shorter than the DLQ's, as a message keeps its first time there. */
const RETENTION_SECONDS = 7 * 24 * 60 * 60;
/** SQS's longest poll: fewest empty receives. */
const RECEIVE_WAIT_SECONDS = 20;

export interface SubscriberQueueProps {
  queueName: string;
  deadLetterQueueName: string;
  topic: SnsTopic;
  /** The `type` attributes that reach the queue; SNS drops all others. */
  eventTypes: readonly string[];
  visibilityTimeoutSeconds: number;
  /** How often a message is received before it goes to the DLQ. */
  maxReceiveCount: number;
  accountId: string;
  /** The customer key its messages lie under; null for SQS's own. */
  keyArn: string | null;
}

/**
 * A queue that gets its share of a topic, with one DLQ for what could not be processed and for what SNS could not
 * deliver, so that an operator looks in one place.
 */
export class SubscriberQueue extends Construct {
  readonly queue: SqsQueue;
  readonly deadLetterQueue: SqsQueue;

  constructor(scope: Construct, id: string, props: SubscriberQueueProps) {
    super(scope, id);
    const senders = (queueArn: string) => [allowTopic(queueArn, props)];
    this.deadLetterQueue = new FailureQueue(this, "DeadLetter", {
      queueName: props.deadLetterQueueName,
      keyArn: props.keyArn,
      senders,
    }).queue;
    this.queue = this.createQueue(props);
    const policy = new SqsQueuePolicy(this, "Policy", {
      queueUrl: this.queue.url,
      policy: policyDocument([...senders(this.queue.arn), denyInsecureTransport("sqs:*", [this.queue.arn])]),
    });
    this.subscribe(props, policy);
  }

  private createQueue(props: SubscriberQueueProps): SqsQueue {
    const queue = new SqsQueue(this, "Queue", {
      name: props.queueName,
      visibilityTimeoutSeconds: props.visibilityTimeoutSeconds,
      messageRetentionSeconds: RETENTION_SECONDS,
      receiveWaitTimeSeconds: RECEIVE_WAIT_SECONDS,
      ...queueEncryption(props.keyArn),
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: this.deadLetterQueue.arn,
        maxReceiveCount: props.maxReceiveCount,
      }),
    });
    new SqsQueueRedriveAllowPolicy(this, "RedriveAllowPolicy", {
      queueUrl: this.deadLetterQueue.url,
      redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [queue.arn] }),
    });
    return queue;
  }

  /** Only once SNS may send: a delivery that a policy refuses is a client error, which SNS does not try again. */
  private subscribe({ topic, eventTypes }: SubscriberQueueProps, policy: SqsQueuePolicy): void {
    new SnsTopicSubscription(this, "Subscription", {
      topicArn: topic.arn,
      protocol: "sqs",
      endpoint: this.queue.arn,
      rawMessageDelivery: true,
      filterPolicyScope: "MessageAttributes",
      filterPolicy: JSON.stringify({ type: eventTypes }),
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: this.deadLetterQueue.arn }),
      dependsOn: [policy],
    });
  }
}

/**
 * The topic's ARN pins its account too. SNS is not documented to send `aws:SourceAccount` with a delivery, so that
 * condition holds only where the key is there: without `IfExists` every delivery might be refused.
 */
function allowTopic(queueArn: string, { topic, accountId }: SubscriberQueueProps): Statement {
  return {
    Sid: "DeliverFromTopic",
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: {
      ArnEquals: { "aws:SourceArn": topic.arn },
      StringEqualsIfExists: { "aws:SourceAccount": accountId },
    },
  };
}
