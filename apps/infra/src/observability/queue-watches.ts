import { toPascal } from "../names.ts";
import type { RunbookSection, Watch } from "./watch.ts";

/** By what lies there: SQS does not count what it moves to a DLQ itself as sent (NumberOfMessagesSent). */
export function deadLettersWatch(name: string, QueueName: string, section: RunbookSection): Watch {
  return {
    id: toPascal(name),
    name: `${name}-waiting`,
    meaning: `Images failed for good and wait in ${QueueName}`,
    section,
    isSevere: true,
    measure: {
      namespace: "AWS/SQS",
      name: "ApproximateNumberOfMessagesVisible",
      statistic: "Maximum",
      dimensions: { QueueName },
    },
    threshold: 1,
    periodSeconds: 60,
    periods: { reached: 1, of: 1 },
  };
}

export function queueAgeWatch(name: string, QueueName: string, maxAgeSeconds: number): Watch {
  return {
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
    periodSeconds: 60,
    periods: { reached: 3, of: 5 },
  };
}
