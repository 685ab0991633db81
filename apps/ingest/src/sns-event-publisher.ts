import { type MessageAttributeValue, PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import { type ImageEvent, toMessageBody } from "@image-pipeline/schema";
import type { EventPublisher } from "./publish-all.ts";

/** Publishes to an SNS topic; what SNS lists under `Failed` in its 200 answer is returned, not lost. */
export function snsEventPublisher(client: SNSClient, topicArn: string): EventPublisher {
  return {
    async publish(events) {
      const { Successful = [], Failed = [] } = await client.send(
        new PublishBatchCommand({
          TopicArn: topicArn,
          PublishBatchRequestEntries: events.map((event, index) => ({
            Id: String(index),
            Message: toMessageBody(event),
            MessageAttributes: toAttributes(event),
          })),
        }),
      );
      const taken = new Set(Successful.map(({ Id }) => Id));
      const errors = new Map(
        Failed.map(({ Id, Code, Message }) => [Id, `${Code}: ${Message ?? "no reason given"}`]),
      );
      return events
        .map((event, index) => ({ event, id: String(index) }))
        .filter(({ id }) => !taken.has(id))
        .map(({ event, id }) => ({ event, error: errors.get(id) ?? "not in the answer of PublishBatch" }));
    },
  };
}

/** What subscribers filter by. An extension is only there when it is plain, as an attribute takes no empty text. */
function toAttributes(event: ImageEvent): Record<string, MessageAttributeValue> {
  const extension = /\.([a-z0-9]{1,16})$/i.exec(event.data.key)?.[1]?.toLowerCase();
  return {
    type: { DataType: "String", StringValue: event.type },
    lane: { DataType: "String", StringValue: event.data.lane },
    ...(extension && { extension: { DataType: "String", StringValue: extension } }),
    ...("size" in event.data && { sizeBytes: { DataType: "Number", StringValue: String(event.data.size) } }),
  };
}
