import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, it, onTestFinished } from "vitest";
import { localSqs } from "../../src/queues/local-sqs.ts";
import { awsClients, LOCAL_CREDENTIALS } from "../../src/services/clients.ts";
import { startLocalServices } from "../../src/services/local-services.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** A queue with one message, and the SDK's client beside the local one. */
async function runQueue() {
  const services = await startLocalServices(temporaryFolder());
  const { endpoint } = services;
  const sdk = awsClients({ endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS });
  const sqs = localSqs(endpoint);
  onTestFinished(async () => {
    sqs.destroy();
    sdk.close();
    await services.close();
  });
  const { QueueUrl } = await sdk.sqs.send(new CreateQueueCommand({ QueueName: "work" }));
  return { services, sdk: sdk.sqs, sqs, QueueUrl };
}

const MessageAttributes = {
  type: { DataType: "String", StringValue: "image.uploaded" },
  mark: { DataType: "Binary", BinaryValue: new Uint8Array([0, 1, 255]) },
};
describe("the pollers' client of SQS", () => {
  it("receives the same as the SDK", async () => {
    const { sdk, sqs, QueueUrl } = await runQueue();
    await sdk.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a "b" ü', MessageAttributes }));
    const receive = new ReceiveMessageCommand({
      QueueUrl,
      VisibilityTimeout: 0,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["SenderId", "SentTimestamp"],
    });
    const messages = [];
    for (const client of [sdk, sqs]) {
      const { Messages: [{ ReceiptHandle: _, ...message } = {}] = [] } = await client.send(receive);
      messages.push(message);
    }
    expect(messages[1]).toEqual({
      ...messages[0],
      MessageAttributes: {
        ...MessageAttributes,
        mark: { DataType: "Binary", BinaryValue: Buffer.from([0, 1, 255]) },
      },
    });
  });

  it("sends and deletes", async () => {
    const { services, sqs, QueueUrl } = await runQueue();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "later", DelaySeconds: 60 }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "now" }));
    expect(services.count("work")).toEqual({ visible: 1, inFlight: 0, delayed: 1 });
    const { Messages: [{ ReceiptHandle } = {}] = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl }),
    );
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: "1", ReceiptHandle }] }));
    expect(services.count("work")).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
  });

  it("throws SQS's error by its name", async () => {
    const { sqs, QueueUrl } = await runQueue();
    const receive = new ReceiveMessageCommand({ QueueUrl: `${QueueUrl}-other` });
    await expect(sqs.send(receive)).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  });

  it("ends a wait for messages when it is aborted", async () => {
    const { sqs, QueueUrl } = await runQueue();
    const stopping = new AbortController();
    const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: stopping.signal,
    });
    stopping.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });
});
