import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { toMessageBody, toResultAttributes } from "@image-pipeline/schema/events";
import { PipelineError } from "@image-pipeline/schema/processing";
import type { ResultPublisher } from "./ports.ts";

/** Result events on an SNS topic, with the attributes that subscribers filter by. */
export function snsResultPublisher(client: SNSClient, topicArn: string): ResultPublisher {
  return {
    async publish(event) {
      try {
        await client.send(
          new PublishCommand({
            TopicArn: topicArn,
            Message: toMessageBody(event),
            MessageAttributes: toResultAttributes(event),
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
