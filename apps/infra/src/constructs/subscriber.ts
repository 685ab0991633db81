import { Construct, type IConstruct } from "constructs";
import { toPascal } from "../names.ts";
import { subscriberWatches } from "../observability/subscriber-watches.ts";
import type { Watch } from "../observability/watch.ts";
import { FailureQueue } from "./failure-queue.ts";
import { createConsumer, type FunctionConsumer } from "./function-consumer.ts";
import type { SubscriberBasis } from "./subscriber-basis.ts";
import { SubscriberQueue } from "./subscriber-queue.ts";
import { allowTopics, subscribe, type TopicSubscription } from "./topic-subscription.ts";

/** Room for Lambda's own retries of a throttled batch (docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). */
const VISIBILITY_IN_FUNCTION_TIMEOUTS = 6;

/** A queue that exists already, this account's or another's: how it is consumed is its owner's. */
export interface ExistingQueue {
  queueArn: string;
}

export interface SubscriberProps {
  /** Lower-case letters, digits and dashes: its queues are `<prefix>-<name>` and `<prefix>-<name>-dlq`. */
  name: string;
  subscriptions: readonly TopicSubscription[];
  consumer: FunctionConsumer | ExistingQueue;
}

/**
 * Somebody who hears of images: a queue of its own with a function that consumes it, or a queue that exists already.
 * What fails, or cannot be delivered, waits in its own DLQ, so that no subscriber stands in another's way. It is watched as
 * every other, since `Observability` asks all subscribers of the stack, and `dlq` finds its DLQ by its subscription.
 */
export class Subscriber extends Construct {
  /** What Terraform's outputs tell of it: `<name>_queue_url` where the queue is ours, `<name>_dlq_url`. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Its alarms and its rows of the dashboard. */
  readonly watches: readonly Watch[];

  constructor(scope: Construct, id: string, basis: SubscriberBasis, props: SubscriberProps) {
    super(scope, id);
    const { name, consumer } = props;
    const output = name.replaceAll("-", "_");
    const deadLetterQueueName = basis.names.subscriberDeadLetterQueue(name);
    if ("queueArn" in consumer) {
      const { queue } = this.subscribeExisting(basis, props, consumer);
      this.outputs = { [`${output}_dlq_url`]: queue.url };
      this.watches = subscriberWatches({ name, deadLetterQueueName, consumed: null });
    } else {
      const { queue, deadLetterQueue } = this.createQueue(basis, props, consumer);
      const functionName = basis.names.function(consumer.name ?? name);
      createConsumer(this.scopeOf(name, consumer), basis, { functionName, queue, consumer });
      this.outputs = { [`${output}_queue_url`]: queue.url, [`${output}_dlq_url`]: deadLetterQueue.url };
      const queueName = basis.names.subscriberQueue(name);
      this.watches = subscriberWatches({
        name,
        deadLetterQueueName,
        consumed: { queueName, functionName, consumer },
      });
    }
  }

  private createQueue(basis: SubscriberBasis, props: SubscriberProps, { settings }: FunctionConsumer) {
    const { timeoutSeconds, batchingWindowSeconds, maxReceiveCount } = settings;
    // "Default" leaves no trace in Terraform's addresses: the queue's are the subscriber's own.
    return new SubscriberQueue(this, "Default", basis, {
      name: props.name,
      subscriptions: props.subscriptions,
      visibilityTimeoutSeconds: VISIBILITY_IN_FUNCTION_TIMEOUTS * timeoutSeconds + batchingWindowSeconds,
      maxReceiveCount,
    });
  }

  private subscribeExisting(basis: SubscriberBasis, props: SubscriberProps, { queueArn }: ExistingQueue) {
    const { names, keyArn, accountId } = basis;
    const deadLetters = new FailureQueue(this, "DeadLetter", {
      queueName: names.subscriberDeadLetterQueue(props.name),
      keyArn,
      senders: (arn) => [allowTopics(arn, props.subscriptions, accountId)],
    });
    const { arn: deadLetterQueueArn } = deadLetters.queue;
    for (const subscription of props.subscriptions)
      subscribe(this, subscription, { queueArn, deadLetterQueueArn, dependsOn: [deadLetters.policy] });
    return deadLetters;
  }

  /** A function with a name of its own stands beside its subscriber: two lanes may not share an address. */
  private scopeOf(name: string, consumer: FunctionConsumer): Construct {
    const { scope } = this.node;
    const isOwn = consumer.name !== undefined && consumer.name !== name && scope !== undefined;
    return isOwn ? new Construct(scope, toPascal(consumer.name ?? name)) : this;
  }
}

/** Every subscriber in a scope, in the order in which they were made. */
export function subscribersIn(scope: IConstruct): Subscriber[] {
  return scope.node.findAll().filter((construct) => construct instanceof Subscriber);
}
