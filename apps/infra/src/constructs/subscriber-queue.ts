import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy/index.js";
import { Construct } from "constructs";
import { denyInsecureTransport, policyDocument } from "../policies/policy-document.ts";
import { FailureQueue } from "./failure-queue.ts";
import { queueEncryption } from "./queue-encryption.ts";
import type { SubscriberBasis } from "./subscriber-basis.ts";
import { allowTopics, subscribe, type TopicSubscription } from "./topic-subscription.ts";

/** Long enough to outlast an outage of days, and shorter than the DLQ's, as a message keeps its first time there. */
const RETENTION_SECONDS = 7 * 24 * 60 * 60;
/** SQS's longest poll: fewest empty receives. */
const RECEIVE_WAIT_SECONDS = 20;

export interface SubscriberQueueProps {
  /** The subscriber's: the queue is `<prefix>-<name>`, its DLQ `<prefix>-<name>-dlq`. */
  name: string;
  subscriptions: readonly TopicSubscription[];
  visibilityTimeoutSeconds: number;
  /** How often a message is received before it goes to the DLQ. */
  maxReceiveCount: number;
}

/**
 * A queue that gets its share of one or more topics, with one DLQ for what could not be processed and for what SNS could
 * not deliver, so that an operator looks in one place.
 */
export class SubscriberQueue extends Construct {
  readonly queue: SqsQueue;
  readonly deadLetterQueue: SqsQueue;

  constructor(scope: Construct, id: string, basis: SubscriberBasis, props: SubscriberQueueProps) {
    super(scope, id);
    const { names, keyArn, accountId } = basis;
    const senders = (arn: string) => [allowTopics(arn, props.subscriptions, accountId)];
    this.deadLetterQueue = new FailureQueue(this, "DeadLetter", {
      queueName: names.subscriberDeadLetterQueue(props.name),
      keyArn,
      senders,
    }).queue;
    this.queue = this.createQueue(basis, props);
    const { url, arn } = this.queue;
    const policy = new SqsQueuePolicy(this, "Policy", {
      queueUrl: url,
      policy: policyDocument([...senders(arn), denyInsecureTransport("sqs:*", [arn])]),
    });
    const deadLetterQueueArn = this.deadLetterQueue.arn;
    for (const subscription of props.subscriptions)
      subscribe(this, subscription, { queueArn: arn, deadLetterQueueArn, dependsOn: [policy] });
  }

  private createQueue({ names, keyArn }: SubscriberBasis, props: SubscriberQueueProps): SqsQueue {
    const queue = new SqsQueue(this, "Queue", {
      name: names.subscriberQueue(props.name),
      visibilityTimeoutSeconds: props.visibilityTimeoutSeconds,
      messageRetentionSeconds: RETENTION_SECONDS,
      receiveWaitTimeSeconds: RECEIVE_WAIT_SECONDS,
      ...queueEncryption(keyArn),
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
}
