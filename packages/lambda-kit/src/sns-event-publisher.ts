import { PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import { type ImageEvent, toMessageAttributes, toMessageBody } from "@image-pipeline/schema/events";

/** SNS takes ten messages in one PublishBatch (docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html). */
export const BATCH_SIZE = 10;

export interface EventPublisher {
  /**
   * Publishes up to ten events in one request.
   *
   * @returns the events that were not accepted, each with its error; does not throw for some of them only
   * @throws {Error} when the whole request failed
   */
  publish(events: readonly ImageEvent[]): Promise<{ event: ImageEvent; error: string }[]>;
}

export interface TopicOptions {
  topicArn: string;
  /** The message group of a key: SNS passes it on to the queues. */
  groupOf: (key: string) => string;
}

/** Publishes to an SNS topic, and returns the events that SNS lists under `Failed` in its 200 answer. */
export function snsEventPublisher(client: SNSClient, { topicArn, groupOf }: TopicOptions): EventPublisher {
  return {
    async publish(events) {
      const { Successful = [], Failed = [] } = await client.send(
        new PublishBatchCommand({
          TopicArn: topicArn,
          PublishBatchRequestEntries: events.map((event, index) => ({
            Id: String(index),
            Message: toMessageBody(event),
            MessageAttributes: toMessageAttributes(event),
            MessageGroupId: groupOf(event.data.key),
          })),
        }),
      );
      const accepted = new Set(Successful.map(({ Id }) => Id));
      const errors = new Map(
        Failed.map(({ Id, Code, Message }) => [Id, `${Code}: ${Message ?? "no reason given"}`]),
      );
      return events
        .map((event, index) => ({ event, id: String(index) }))
        .filter(({ id }) => !accepted.has(id)) // mutation: failed-entries
        .map(({ event, id }) => ({ event, error: errors.get(id) ?? "not in the answer of PublishBatch" }));
    },
  };
}
