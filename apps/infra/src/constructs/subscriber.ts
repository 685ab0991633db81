import { Construct, type IConstruct } from "constructs";
import type { StackContext } from "../deployment.ts";
import { toPascal } from "../names.ts";
import { denyStrangers } from "../policies/sender-policy.ts";
import { deadLettersWatch, queueAgeWatch } from "../watches/queue-watches.ts";
import type { Watch } from "../watches/watch.ts";
import { FailureQueue } from "./failure-queue.ts";
import { createConsumer, type FunctionConsumer } from "./function-consumer.ts";
import { SubscriberQueue } from "./subscriber-queue.ts";
import { allowTopics, subscribe, type TopicSubscription } from "./topic-subscription.ts";

/** Time for Lambda's own retries of a throttled batch (docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). */
const VISIBILITY_IN_FUNCTION_TIMEOUTS = 6;

/** A queue that exists already, in this account or another; its owner decides how it is consumed. */
export interface ExistingQueue {
  queueArn: string;
}

/** A new queue that no function of this stack consumes, such as the queue of another stack's pipe. */
export interface UnconsumedQueue {
  visibilityTimeoutSeconds: number;
  /** Number of receives after which a message goes to the DLQ. */
  maxReceiveCount: number;
  /** Age of the oldest message, in seconds, at which an alarm goes off. */
  maxQueueAgeSeconds: number;
}

export interface SubscriberProps {
  /** Lower-case letters, digits and dashes: its queues are `<prefix>-<name>` and `<prefix>-<name>-dlq`. */
  name: string;
  subscriptions: readonly TopicSubscription[];
  consumer: FunctionConsumer | ExistingQueue | UnconsumedQueue;
}

/**
 * A subscriber to image events: usually a new queue with a function that consumes it, or a queue that exists already.
 * Messages that fail or cannot be delivered go to the subscriber's own DLQ, so that no subscriber delays another.
 */
export class Subscriber extends Construct {
  /** Terraform outputs: `<name>_dlq_url`, and `<name>_queue_url` if the queue is new. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly watches: readonly Watch[];

  constructor(scope: Construct, id: string, context: StackContext, props: SubscriberProps) {
    super(scope, id);
    const { consumer } = props;
    const { outputs, watches } =
      "queueArn" in consumer
        ? this.subscribeExisting(context, props, consumer)
        : this.subscribeNew(context, props, consumer);
    const output = props.name.replaceAll("-", "_");
    this.outputs = Object.fromEntries(
      Object.entries(outputs).map(([name, url]) => [`${output}_${name}`, url]),
    );
    this.watches = watches;
  }

  private subscribeNew(
    context: StackContext,
    { name, subscriptions }: SubscriberProps,
    consumer: FunctionConsumer | UnconsumedQueue,
  ) {
    const times = "zip" in consumer ? toQueueTimes(consumer) : consumer;
    const { visibilityTimeoutSeconds, maxReceiveCount } = times;
    // The id "Default" does not appear in Terraform's addresses, so the queue gets the subscriber's own address.
    const { queue, deadLetterQueue } = new SubscriberQueue(this, "Default", context, {
      name,
      subscriptions,
      visibilityTimeoutSeconds,
      maxReceiveCount,
    });
    const outputs = { queue_url: queue.url, dlq_url: deadLetterQueue.url };
    const age = queueAgeWatch(name, context.names.subscriberQueue(name), consumer.maxQueueAgeSeconds);
    const deadLetters = toDeadLettersWatch(context, name);
    if (!("zip" in consumer)) return { outputs, watches: [age, deadLetters] };
    const functionName = consumer.name ?? name;
    const scope = functionName === name ? this : this.besideThis(functionName);
    const handler = createConsumer(scope, context, { name: functionName, queue, consumer });
    const more = consumer.watches?.(context.names.function(functionName)) ?? [];
    return { outputs, watches: [age, ...handler.watches(functionName), deadLetters, ...more] };
  }

  private subscribeExisting(context: StackContext, props: SubscriberProps, { queueArn }: ExistingQueue) {
    const { names, keyArn, accountId, pipeline } = context;
    const { operators } = pipeline.iam;
    const { queue, policy } = new FailureQueue(this, "DeadLetter", {
      queueName: names.subscriberDeadLetterQueue(props.name),
      keyArn,
      senders: (arn) => [
        allowTopics(arn, props.subscriptions, accountId),
        denyStrangers("sqs:SendMessage", arn, { ...context, roles: [], operators, additional: [] }),
      ],
    });
    for (const subscription of props.subscriptions)
      subscribe(this, subscription, { queueArn, deadLetterQueueArn: queue.arn, dependsOn: [policy] });
    return { outputs: { dlq_url: queue.url }, watches: [toDeadLettersWatch(context, props.name)] };
  }

  /** Returns a scope beside the subscriber for a function with another name: two lanes may not share an address. */
  private besideThis(functionName: string): Construct {
    return new Construct(this.node.scope ?? this, toPascal(functionName));
  }
}

function toDeadLettersWatch({ names }: StackContext, name: string): Watch {
  return deadLettersWatch(`${name}-dead-letters`, names.subscriberDeadLetterQueue(name), "dead-letters");
}

function toQueueTimes({ settings }: FunctionConsumer) {
  const { timeoutSeconds, batchingWindowSeconds, maxReceiveCount } = settings;
  const visibilityTimeoutSeconds = VISIBILITY_IN_FUNCTION_TIMEOUTS * timeoutSeconds + batchingWindowSeconds;
  return { visibilityTimeoutSeconds, maxReceiveCount };
}

/** Returns every subscriber in a scope, in order of creation. */
export function subscribersIn(scope: IConstruct): Subscriber[] {
  return scope.node.findAll().filter((construct) => construct instanceof Subscriber);
}
