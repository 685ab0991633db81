import { expect, test } from "vitest";
import { ingest } from "../src/ingest.ts";
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
