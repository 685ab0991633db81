import { toPascal } from "../names.ts";
import { ONE_MINUTE, type Watch } from "./watch.ts";

/** Returns the watches of a topic's failed deliveries, and of those that did not reach the subscription's DLQ either. */
export function topicWatches(topic: string, TopicName: string): Watch[] {
  const failed = (what: string, name: string, meaning: string): Watch => ({
    ...ONE_MINUTE,
    id: toPascal(`${topic}-${what}`),
    name: `${topic}-${what}`,
    meaning,
    section: "events-not-delivered",
    isSevere: true,
    measure: { namespace: "AWS/SNS", name, statistic: "Sum", dimensions: { TopicName } },
    threshold: 1,
  });
  return [
    failed("undelivered", "NumberOfNotificationsFailed", `SNS could not deliver a message of ${TopicName}`),
    failed(
      "lost",
      "NumberOfNotificationsFailedToRedriveToDlq",
      `SNS could neither deliver a message of ${TopicName} nor move it to a DLQ`,
    ),
  ];
}
