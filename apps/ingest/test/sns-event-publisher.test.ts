import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { SNSClient } from "@aws-sdk/client-sns";
import { snsEventPublisher } from "@image-pipeline/lambda-kit/event-publisher";
import { ImageEvent, messageGroups } from "@image-pipeline/schema/events";
import { exceptWorkflowUploads } from "@image-pipeline/schema/workflow";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ingest } from "../src/ingest.ts";
import { toImageEvents } from "../src/to-image-events.ts";
import { s3Notification, s3Record } from "./s3-notification.ts";

const groupOf = messageGroups({ prefix: "", pattern: "^([^/]+)/" });
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

describe("on a topic with a subscriber", () => {
  let server: FauxqsServer;
  let sns: SNSClient;
  let topicArn: string;
  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false });
    sns = new SNSClient({ endpoint: `http://127.0.0.1:${server.port}`, region: "us-east-1", credentials });
  });
  beforeEach(() => {
    ({ topicArn } = server.createTopic("image-events"));
    server.createQueue("subscriber");
  });
  afterEach(() => server.purgeAll());
  afterAll(async () => {
    sns.destroy();
    await server.stop();
  });

  const received = () => server.inspectQueue("subscriber")?.messages.ready ?? [];
  const subscribe = (attributes: Record<string, string>) =>
    server.subscribe({ topic: "image-events", queue: "subscriber", attributes });

  test("delivers each event as it is, raw", async () => {
    subscribe({ RawMessageDelivery: "true" });
    const records = [s3Record({ object: { key: "one" } }), s3Record({ object: { key: "two" } })];
    const { events } = await ingest(
      s3Notification(...records),
      snsEventPublisher(sns, { topicArn, groupOf }),
    );
    const delivered = received().map(({ body }) => ImageEvent.parse(JSON.parse(body)));
    expect(delivered).toEqual(events);
  });

  test("publishes each event with its tenant as message group, which the topic passes on to the queue", async () => {
    subscribe({ RawMessageDelivery: "true" });
    const records = [s3Record({ object: { key: "alice/a.jpg" } }), s3Record({ object: { key: "a.jpg" } })];
    await ingest(s3Notification(...records), snsEventPublisher(sns, { topicArn, groupOf }));
    expect(received().map(({ messageGroupId }) => messageGroupId)).toEqual(["alice", "/"]);
  });

  test("publishes eleven records in two requests, and loses none", async () => {
    subscribe({ RawMessageDelivery: "true" });
    const records = Array.from({ length: 11 }, (_, index) => s3Record({ object: { key: `${index}` } }));
    await ingest(s3Notification(...records), snsEventPublisher(sns, { topicArn, groupOf }));
    expect(received()).toHaveLength(11);
  });

  test.each([
    [{ type: ["image.uploaded"] }, ["photos/Big.JPG", "no-extension"]],
    [{ type: ["image.deleted"] }, ["gone.jpg"]],
    [{ extension: ["jpg"] }, ["photos/Big.JPG", "gone.jpg"]],
    [{ sizeBytes: [{ numeric: [">", 1000] }] }, ["photos/Big.JPG"]],
    [{ lane: ["live"] }, ["photos/Big.JPG", "no-extension", "gone.jpg"]],
    [exceptWorkflowUploads({ enabled: true, minBytes: 5000, prefix: "no-" }), ["gone.jpg"]],
    [exceptWorkflowUploads({ enabled: true, minBytes: 5001, prefix: "photo" }), ["no-extension", "gone.jpg"]],
    [
      exceptWorkflowUploads({ enabled: true, minBytes: 5001, prefix: "other/" }),
      ["photos/Big.JPG", "no-extension", "gone.jpg"],
    ],
  ])("lets a subscriber filter by %j", async (filter, keys) => {
    subscribe({ RawMessageDelivery: "true", FilterPolicy: JSON.stringify(filter) });
    const records = [
      s3Record({ object: { key: "photos/Big.JPG", size: 5000 } }),
      s3Record({ object: { key: "no-extension", size: 10 } }),
      s3Record({ eventName: "ObjectRemoved:Delete", object: { key: "gone.jpg" } }),
    ];
    await ingest(s3Notification(...records), snsEventPublisher(sns, { topicArn, groupOf }));
    expect(received().map(({ body }) => JSON.parse(body).subject)).toEqual(keys);
  });

  test("fails when the topic is not there", async () => {
    const publisher = snsEventPublisher(sns, {
      topicArn: "arn:aws:sns:us-east-1:000000000000:nowhere",
      groupOf,
    });
    await expect(ingest(s3Notification(s3Record()), publisher)).rejects.toThrow();
  });
});

describe("when SNS answers 200 with some entries failed", () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  /** An SNS that answers every request with one XML, and keeps the requests. */
  async function answering(results: string) {
    const requests: URLSearchParams[] = [];
    const server = createServer(async (request, response) => {
      requests.push(new URLSearchParams(await text(request)));
      response.setHeader("content-type", "text/xml");
      response.end(
        `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>${results}</PublishBatchResult></PublishBatchResponse>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const client = new SNSClient({
      endpoint: `http://127.0.0.1:${address.port}`,
      region: "us-east-1",
      credentials,
    });
    closing.push(
      () => client.destroy(),
      () => server.close(),
    );
    return {
      publisher: snsEventPublisher(client, { topicArn: "arn:aws:sns:us-east-1:000000000000:t", groupOf }),
      requests,
    };
  }
  const taken = (id: number) => `<member><Id>${id}</Id><MessageId>m-${id}</MessageId></member>`;
  const twoRecords = s3Notification(s3Record({ object: { key: "a" } }), s3Record({ object: { key: "b" } }));
  const { events } = toImageEvents(twoRecords);

  test("says which event was not taken, and why", async () => {
    const { publisher } = await answering(
      `<Successful>${taken(0)}</Successful><Failed><member><Id>1</Id><Code>InternalError</Code><Message>try later</Message><SenderFault>false</SenderFault></member></Failed>`,
    );
    const error = "InternalError: try later";
    expect(await publisher.publish(events)).toEqual([{ event: events[1], error }]);
  });

  test("takes an event that the answer does not name for not taken", async () => {
    const { publisher } = await answering(`<Successful>${taken(0)}</Successful>`);
    const error = "not in the answer of PublishBatch";
    expect(await publisher.publish(events)).toEqual([{ event: events[1], error }]);
  });

  test("sends again only the events that were not accepted", async () => {
    const { publisher, requests } = await answering(`<Successful>${taken(0)}</Successful>`);
    await ingest(twoRecords, publisher);
    const subjects = requests.map((request) =>
      [...request].filter(([name]) => name.endsWith(".Message")).map(([, body]) => JSON.parse(body).subject),
    );
    expect(subjects).toEqual([["a", "b"], ["b"]]);
  });
});
