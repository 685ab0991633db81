import { PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import { type ImageEvent, toMessageAttributes, toMessageBody } from "@image-pipeline/schema/events";
import type { EventPublisher } from "./publish-all.ts";

/** Publishes to the image-events topic as ingest does; returns what SNS lists as `Failed` in its 200 response. */
export function snsEventPublisher(
  client: SNSClient,
  { topicArn, groupOf }: { topicArn: string; groupOf: (key: string) => string },
): EventPublisher {
  return {
    async publish(events) {
      const PublishBatchRequestEntries = events.map((event, index) => ({
        ...toEntry(event, String(index)),
        MessageGroupId: groupOf(event.data.key),
      }));
      const { Successful = [], Failed = [] } = await client.send(
        new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries }),
      );
      const taken = new Set(Successful.map(({ Id }) => Id));
      const errors = new Map(Failed.map(({ Id, Code, Message }) => [Id, `${Code}: ${Message ?? ""}`]));
      return events.flatMap((event, index) => {
        const id = String(index);
        return taken.has(id) ? [] : [{ event, error: errors.get(id) ?? "not in the answer of PublishBatch" }];
      });
    },
  };
}

function toEntry(event: ImageEvent, Id: string) {
  return { Id, Message: toMessageBody(event), MessageAttributes: toMessageAttributes(event) };
}
