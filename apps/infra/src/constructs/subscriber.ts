import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
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

/** A queue of its own that something else than a function empties, such as a pipe of another stack. */
export interface UnconsumedQueue {
  visibilityTimeoutSeconds: number;
  /** How often a message is received before it goes to the DLQ. */
  maxReceiveCount: number;
  /** How old the oldest message may get before an alarm goes off. */
  maxQueueAgeSeconds: number;
}

export interface SubscriberProps {
  /** Lower-case letters, digits and dashes: its queues are `<prefix>-<name>` and `<prefix>-<name>-dlq`. */
  name: string;
  subscriptions: readonly TopicSubscription[];
  consumer: FunctionConsumer | ExistingQueue | UnconsumedQueue;
}

/**
 * Somebody who hears of images: a queue of its own, as a rule with a function that consumes it, or a queue that exists
 * already.
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
      this.watches = subscriberWatches({ name, deadLetterQueueName, queue: null, consumed: null });
      return;
    }
    const made = this.createQueue(basis, props, consumer);
    this.outputs = {
      [`${output}_queue_url`]: made.queue.url,
      [`${output}_dlq_url`]: made.deadLetterQueue.url,
    };
    const { maxQueueAgeSeconds } = consumer;
    const queue = { name: basis.names.subscriberQueue(name), maxQueueAgeSeconds };
    const consumed = "zip" in consumer ? this.consume(basis, props, { queue: made.queue, consumer }) : null;
    this.watches = subscriberWatches({ name, deadLetterQueueName, queue, consumed });
  }

  private consume(
    basis: SubscriberBasis,
    { name }: SubscriberProps,
    { queue, consumer }: { queue: SqsQueue; consumer: FunctionConsumer },
  ) {
    const functionName = basis.names.function(consumer.name ?? name);
    createConsumer(this.scopeOf(name, consumer), basis, { functionName, queue, consumer });
    return { functionName, consumer };
  }

  private createQueue(
    basis: SubscriberBasis,
    { name, subscriptions }: SubscriberProps,
    consumer: FunctionConsumer | UnconsumedQueue,
  ) {
    const times = "zip" in consumer ? toQueueTimes(consumer) : consumer;
    const { visibilityTimeoutSeconds, maxReceiveCount } = times;
    // "Default" leaves no trace in Terraform's addresses: the queue's are the subscriber's own.
    return new SubscriberQueue(this, "Default", basis, {
      name,
      subscriptions,
      visibilityTimeoutSeconds,
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

function toQueueTimes({ settings }: FunctionConsumer) {
  const { timeoutSeconds, batchingWindowSeconds, maxReceiveCount } = settings;
  const visibilityTimeoutSeconds = VISIBILITY_IN_FUNCTION_TIMEOUTS * timeoutSeconds + batchingWindowSeconds;
  return { visibilityTimeoutSeconds, maxReceiveCount };
}

/** Every subscriber in a scope, in the order in which they were made. */
export function subscribersIn(scope: IConstruct): Subscriber[] {
  return scope.node.findAll().filter((construct) => construct instanceof Subscriber);
}
