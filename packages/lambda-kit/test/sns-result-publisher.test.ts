import { SNSClient } from "@aws-sdk/client-sns";
import {
  OUTDATING_EVENTS,
  outdatesCopies,
  ResultEvent,
  toAnalyzedEvent,
  toResultEvent,
} from "@image-pipeline/schema/events";
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
    ["outdating", JSON.stringify(OUTDATING_EVENTS)],
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
/** The event of an analysis; null for one that failed. */
function analyzed(verdict: "allow" | "flag" | "quarantine" | null) {
  const { source } = processed(upload());
  const about = {
    schema: "image-analysis.v1" as const,
    imageId: "i",
    correlationId: "c",
    updatedAt: "2026-01-01T00:00:00.000Z",
    source,
    recipe: "r",
  };
  const timings = { analyzeMs: 1, totalMs: 1 };
  return toAnalyzedEvent(
    verdict === null
      ? { ...about, status: "rejected", reason: "ANALYSIS_REFUSED", reasonText: "refused" }
      : { ...about, status: "analyzed", verdict, rules: [], models: {}, timings },
    at,
  );
}
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

test("the filter policy of the invalidation lets exactly the events through that outdate copies", async () => {
  const before = received("outdating").length;
  const source = upload();
  const manifests = [processed(source), rejected(source)];
  const events = [
    ...manifests.map((manifest) => toResultEvent(manifest, at)),
    ...manifests.map((manifest) => toResultEvent({ ...manifest, replacesUpload: true }, at)),
    toResultEvent(tombstone(deletion()), at),
    ...(["allow", "flag", "quarantine", null] as const).map(analyzed),
  ];
  const publisher = snsResultPublisher(sns, topicArn);
  for (const event of events) await publisher.publish(event);
  const outdating = events.filter(outdatesCopies);
  expect(outdating.map(({ type }) => type)).toEqual([
    "image.processed",
    "image.rejected",
    "image.removed",
    "image.analyzed",
    "image.analyzed",
  ]);
  expect(received("outdating").slice(before)).toEqual(outdating);
});

test("a topic that does not answer is PUBLISHER_UNAVAILABLE, so that the message is retried", async () => {
  const nowhere = snsResultPublisher(sns, "arn:aws:sns:us-east-1:000000000000:nowhere");
  await expect(nowhere.publish(toResultEvent(processed(upload()), at))).rejects.toMatchObject({
    code: "PUBLISHER_UNAVAILABLE",
  });
});
