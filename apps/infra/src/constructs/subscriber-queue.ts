import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy/index.js";
import { Construct } from "constructs";
import type { StackContext } from "../deployment.ts";
import { additional, denyInsecureTransport, policyDocument } from "../policies/policy-document.ts";
import { denyStrangers } from "../policies/sender-policy.ts";
import { FailureQueue, queueEncryption } from "./failure-queue.ts";
import { allowTopics, subscribe, type TopicSubscription } from "./topic-subscription.ts";

/** Outlasts an outage of days. Shorter than the DLQ's retention: a message keeps its first enqueue time there. */
const RETENTION_SECONDS = 7 * 24 * 60 * 60;
/** SQS's longest poll, which gives the fewest empty receives. */
const RECEIVE_WAIT_SECONDS = 20;

export interface SubscriberQueueProps {
  /** The subscriber's name: the queue is `<prefix>-<name>`, its DLQ `<prefix>-<name>-dlq`. */
  name: string;
  subscriptions: readonly TopicSubscription[];
  visibilityTimeoutSeconds: number;
  /** Number of receives after which a message goes to the DLQ. */
  maxReceiveCount: number;
}

/**
 * A queue subscribed to one or more topics, with one DLQ for messages that could not be processed or delivered, so that an
 * operator looks in one place.
 */
export class SubscriberQueue extends Construct {
  readonly subscriberName: string;
  readonly queue: SqsQueue;
  readonly deadLetterQueue: SqsQueue;

  constructor(scope: Construct, id: string, context: StackContext, props: SubscriberQueueProps) {
    super(scope, id);
    this.subscriberName = props.name;
    const { names, keyArn, accountId, pipeline } = context;
    const own = pipeline.policies.queues[props.name] ?? [];
    const senders = (arn: string) => [
      allowTopics(arn, props.subscriptions, accountId),
      denyStrangers("sqs:SendMessage", arn, {
        ...context,
        roles: props.name === names.workflow ? [`${names.function(names.workflow)}-machine`] : [],
        operators: pipeline.iam.operators,
        additional: own,
      }),
    ];
    this.deadLetterQueue = new FailureQueue(this, "DeadLetter", {
      queueName: names.subscriberDeadLetterQueue(props.name),
      keyArn,
      senders,
    }).queue;
    this.queue = this.createQueue(context, props);
    const { url, arn } = this.queue;
    const policy = new SqsQueuePolicy(this, "Policy", {
      queueUrl: url,
      policy: policyDocument([
        ...senders(arn),
        ...additional(own, arn),
        denyInsecureTransport("sqs:*", [arn]),
      ]),
    });
    const deadLetterQueueArn = this.deadLetterQueue.arn;
    for (const subscription of props.subscriptions)
      subscribe(this, subscription, { queueArn: arn, deadLetterQueueArn, dependsOn: [policy] });
  }

  private createQueue({ names, keyArn }: StackContext, props: SubscriberQueueProps): SqsQueue {
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
