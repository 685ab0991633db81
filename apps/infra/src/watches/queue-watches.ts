import { toPascal } from "../names.ts";
import { ONE_MINUTE, type RunbookSection, THREE_OF_FIVE_MINUTES, type Watch } from "./watch.ts";

/** Watches the number of messages in a DLQ: SQS does not count messages it moves there in NumberOfMessagesSent. */
export function deadLettersWatch(name: string, QueueName: string, section: RunbookSection): Watch {
  return {
    ...ONE_MINUTE,
    id: toPascal(name),
    name: `${name}-waiting`,
    meaning: `Images failed permanently; their messages are in ${QueueName}`,
    section,
    isSevere: true,
    measure: {
      namespace: "AWS/SQS",
      name: "ApproximateNumberOfMessagesVisible",
      statistic: "Maximum",
      dimensions: { QueueName },
    },
    threshold: 1,
  };
}

/** Watches the age of the oldest message in a queue. */
export function queueAgeWatch(name: string, QueueName: string, maxAgeSeconds: number): Watch {
  return {
    ...THREE_OF_FIVE_MINUTES,
    id: toPascal(`${name}-age`),
    name: `${name}-age`,
    meaning: `Images wait longer than ${maxAgeSeconds} s in ${QueueName}`,
    section: "uploads-wait",
    isSevere: true,
    measure: {
      namespace: "AWS/SQS",
      name: "ApproximateAgeOfOldestMessage",
      statistic: "Maximum",
      dimensions: { QueueName },
    },
    threshold: maxAgeSeconds,
  };
}
