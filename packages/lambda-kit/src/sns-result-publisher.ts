import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { toMessageBody } from "@image-pipeline/schema/events";
import { PipelineError } from "@image-pipeline/schema/processing";
import type { ResultPublisher } from "./ports.ts";

/** Result events on an SNS topic, with the attributes that subscribers filter by. */
export function snsResultPublisher(client: SNSClient, topicArn: string): ResultPublisher {
  return {
    async publish(event) {
      const text = (value: string) => ({ DataType: "String", StringValue: value });
      try {
        await client.send(
          new PublishCommand({
            TopicArn: topicArn,
            Message: toMessageBody(event),
            MessageAttributes: {
              type: text(event.type),
              ...(event.type === "image.rejected" && { reason: text(event.data.reason) }),
              ...(event.type === "image.analyzed" &&
                event.data.verdict && { verdict: text(event.data.verdict) }),
              ...("replacesUpload" in event.data &&
                event.data.replacesUpload && { replacesUpload: text("true") }),
            },
          }),
        );
      } catch (error) {
        throw new PipelineError(
          "PUBLISHER_UNAVAILABLE",
          `publishing ${event.type} of ${event.subject}: ${error}`,
          {
            cause: error,
          },
        );
      }
    },
  };
}
