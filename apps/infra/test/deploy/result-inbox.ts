import { SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { type ImageAnalyzed, type ManifestEvent, ResultEvent } from "@image-pipeline/schema/events";
import { waitFor } from "@image-pipeline/testing/progress";
import type { AwsClients } from "./aws-clients.ts";

const POLL_SECONDS = 5;

/** A subscriber to the results topic, as an application would be. */
export class ResultInbox {
  private readonly clients: AwsClients;
  private readonly queueUrl: string;
  private readonly analyses: ImageAnalyzed[] = [];

  private constructor(clients: AwsClients, queueUrl: string) {
    this.clients = clients;
    this.queueUrl = queueUrl;
  }

  static async open(clients: AwsClients, topicArn: string): Promise<ResultInbox> {
    const { QueueUrl = "" } = await clients.sqs.send(new CreateQueueCommand({ QueueName: "results-inbox" }));
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
    );
    await clients.sns.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: "sqs",
        Endpoint: Attributes?.QueueArn,
        Attributes: { RawMessageDelivery: "true" },
      }),
    );
    return new ResultInbox(clients, QueueUrl);
  }

  /** Returns the next result with a manifest. @throws {Error} if none arrives, as `waitFor` */
  async next(): Promise<ManifestEvent> {
    for (;;) {
      const event = await this.receive();
      if (event.type !== "image.analyzed") return event;
      this.analyses.push(event);
    }
  }

  /** Returns the result of the analysis of a key. @throws {Error} as `next` */
  async analyzed(key: string): Promise<ImageAnalyzed["data"]> {
    for (;;) {
      const found = this.analyses.find(({ subject }) => subject === key);
      if (found) return found.data;
      const event = await this.receive();
      if (event.type === "image.analyzed") this.analyses.push(event);
      else throw new Error(`${event.type} of ${event.subject} came before the analysis of ${key}`);
    }
  }

  private async receive(): Promise<ResultEvent> {
    const { QueueUrl, sqs } = { QueueUrl: this.queueUrl, sqs: this.clients.sqs };
    const poll = { QueueUrl, WaitTimeSeconds: POLL_SECONDS, MaxNumberOfMessages: 1 };
    const message = await waitFor({
      read: async () => (await sqs.send(new ReceiveMessageCommand(poll))).Messages?.[0],
      until: (received) => received !== undefined,
    });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    return ResultEvent.parse(JSON.parse(message?.Body ?? ""));
  }

  async close(): Promise<void> {
    await this.clients.sqs.send(new DeleteQueueCommand({ QueueUrl: this.queueUrl }));
  }
}
