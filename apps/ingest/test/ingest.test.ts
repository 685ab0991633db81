import { toImageId } from "@image-pipeline/schema/keys";
import { recordingLogger } from "@image-pipeline/testing";
import { expect, test } from "vitest";
import { ingest, ingestAndLog } from "../src/ingest.ts";
import { memoryEventPublisher } from "./memory-event-publisher.ts";
import { s3Notification, s3Record, TEST_EVENT } from "./s3-notification.ts";

test("publishes the good records, then fails for the bad one, so that Lambda keeps the event", async () => {
  const { publisher, published } = memoryEventPublisher();
  const notification = s3Notification(
    s3Record({ object: { key: "first" } }),
    s3Record({ eventVersion: "3.0" }),
    s3Record({ object: { key: "last" } }),
  );
  await expect(ingest(notification, publisher)).rejects.toThrow(
    "records that cannot be read: record 1: eventVersion: unknown event version: must be 2.x",
  );
  expect(published.map(({ subject }) => subject)).toEqual(["first", "last"]);
});

test("consumes s3:TestEvent without publishing and without failing", async () => {
  const { publisher, requests } = memoryEventPublisher();
  await expect(ingest(TEST_EVENT, publisher)).resolves.toMatchObject({ events: [] });
  expect(requests).toEqual([]);
});

test("fails when the whole request to SNS fails", async () => {
  const publish = async () => {
    throw new Error("connect ECONNREFUSED");
  };
  await expect(ingest(s3Notification(s3Record()), { publish })).rejects.toThrow("ECONNREFUSED");
});

const REQUEST = { "x-amz-request-id": "request-1" };
const idsOf = (key: string) => ({ key, imageId: toImageId("uploads", key), correlationId: "request-1" });

test.each([
  ["published", {}, undefined, "published an image.uploaded event"],
  ["ignored", { eventName: "ObjectTagging:Put" }, undefined, "ignored an S3 event"],
  ["not published", {}, new Error("connect ECONNREFUSED"), "could not publish all events"],
  ["unreadable", { eventVersion: "3.0" }, undefined, "could not publish all events"],
])("logs each object with its ids when it is %s", async (_what, record, fault, message) => {
  const logger = recordingLogger();
  const publish = async () => {
    if (fault) throw fault;
    return [];
  };
  const records = ["a b.jpg", "c.jpg"].map((key) =>
    s3Record({ ...record, object: { key: key.replace(" ", "+") }, responseElements: REQUEST }),
  );
  await ingestAndLog(s3Notification(...records), { publisher: { publish }, logger }).catch(() => 0);
  expect(logger.lines).toMatchObject(
    ["a b.jpg", "c.jpg"].map((key) => ({ message: expect.stringContaining(message), fields: idsOf(key) })),
  );
});

test("logs a line without ids for an event that is not from S3", async () => {
  const logger = recordingLogger();
  const { publisher } = memoryEventPublisher();
  await expect(ingestAndLog({}, { publisher, logger })).rejects.toThrow("not from S3");
  expect(logger.lines).toMatchObject([{ level: "error", fields: { code: "NOT_PUBLISHED" } }]);
});
