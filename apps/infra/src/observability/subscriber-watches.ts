import type { FunctionConsumer } from "../constructs/function-consumer.ts";
import { functionWatches } from "./function-watches.ts";
import { deadLettersWatch, queueAgeWatch } from "./queue-watches.ts";
import type { Watch } from "./watch.ts";

export interface WatchedSubscriber {
  name: string;
  deadLetterQueueName: string;
  /** Null where it is somebody else's, who watches it. */
  queue: { name: string; maxQueueAgeSeconds: number } | null;
  /** Null where no function of this stack consumes it. */
  consumed: { functionName: string; consumer: FunctionConsumer } | null;
}

/** Everything that is watched of a subscriber, in the order of a message's way. */
export function subscriberWatches({
  name,
  deadLetterQueueName,
  queue,
  consumed,
}: WatchedSubscriber): Watch[] {
  const age = queue ? [queueAgeWatch(name, queue.name, queue.maxQueueAgeSeconds)] : [];
  const deadLetters = deadLettersWatch(`${name}-dead-letters`, deadLetterQueueName, "dead-letters");
  if (consumed === null) return [...age, deadLetters];
  const { functionName, consumer } = consumed;
  const { timeoutSeconds } = consumer.settings;
  return [
    ...age,
    ...functionWatches({ name: consumer.name ?? name, functionName, timeoutSeconds }),
    deadLetters,
    ...(consumer.watches?.(functionName) ?? []),
  ];
}
