import { SNSClient } from "@aws-sdk/client-sns";
import { ResultEvent, toResultEvent } from "@image-pipeline/schema/events";
import { deletion, PROCESSED, processed, rejected, tombstone, upload } from "@image-pipeline/testing";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { snsResultPublisher } from "../src/sns-result-publisher.ts";

let server: FauxqsServer;
let sns: SNSClient;
let topicArn: string;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  sns = new SNSClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  ({ topicArn } = server.createTopic("image-results"));
  for (const [queue, filter] of [
    ["all", undefined],
    ["rejected", JSON.stringify({ reason: ["CORRUPT_IMAGE"] })],
    ["removed", JSON.stringify({ type: ["image.removed"] })],
  ] as const) {
    server.createQueue(queue);
    const attributes = { RawMessageDelivery: "true", ...(filter && { FilterPolicy: filter }) };
    server.subscribe({ topic: "image-results", queue, attributes });
  }
});
afterAll(async () => {
  sns.destroy();
  await server.stop();
});

const at = { bucket: PROCESSED, key: "manifests/photos/a.jpg.json" };
const received = (queue: string) =>
  (server.inspectQueue(queue)?.messages.ready ?? []).map(({ body }) => ResultEvent.parse(JSON.parse(body)));

test("subscribers get every result, or those they filter by type or reason", async () => {
  const events = [processed(upload()), rejected(upload()), tombstone(deletion())].map((manifest) =>
    toResultEvent(manifest, at),
  );
  const publisher = snsResultPublisher(sns, topicArn);
  for (const event of events) await publisher.publish(event);
  expect(received("all")).toEqual(events);
  expect(received("rejected")).toEqual([events[1]]);
  expect(received("removed")).toEqual([events[2]]);
});

test("a topic that does not answer is PUBLISHER_UNAVAILABLE, so that the message is retried", async () => {
  const nowhere = snsResultPublisher(sns, "arn:aws:sns:us-east-1:000000000000:nowhere");
  await expect(nowhere.publish(toResultEvent(processed(upload()), at))).rejects.toMatchObject({
    code: "PUBLISHER_UNAVAILABLE",
  });
});
