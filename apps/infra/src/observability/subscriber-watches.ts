import type { FunctionConsumer } from "../constructs/function-consumer.ts";
import { functionWatches } from "./function-watches.ts";
import { deadLettersWatch, queueAgeWatch } from "./queue-watches.ts";
import type { Watch } from "./watch.ts";

export interface WatchedSubscriber {
  name: string;
  deadLetterQueueName: string;
  /** Null where the queue is consumed by somebody else, who watches it. */
  consumed: { queueName: string; functionName: string; consumer: FunctionConsumer } | null;
}

/** Everything that is watched of a subscriber, in the order of a message's way. */
export function subscriberWatches({ name, deadLetterQueueName, consumed }: WatchedSubscriber): Watch[] {
  const deadLetters = deadLettersWatch(`${name}-dead-letters`, deadLetterQueueName, "dead-letters");
  if (consumed === null) return [deadLetters];
  const { queueName, functionName, consumer } = consumed;
  const { timeoutSeconds } = consumer.settings;
  return [
    queueAgeWatch(name, queueName, consumer.maxQueueAgeSeconds),
    ...functionWatches({ name: consumer.name ?? name, functionName, timeoutSeconds }),
    deadLetters,
    ...(consumer.watches?.(functionName) ?? []),
  ];
}
