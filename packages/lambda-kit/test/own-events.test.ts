import { toResultEvent } from "@image-pipeline/schema/events";
import { aSource, deletion, PROCESSED, processed, UPLOADS, upload } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { requireOwn } from "../src/own-events.ts";

const clock = { now: () => new Date("2026-01-05T00:00:00.000Z") };
const ports = { uploads: { bucket: UPLOADS, prefix: "photos/" }, clock };
const result = (key: string) =>
  toResultEvent(processed(aSource({ key })), { bucket: PROCESSED, key: `manifests/${key}.json` });

test.each([
  ["an upload", upload()],
  ["a deletion", deletion()],
  ["a result", result("photos/a.jpg")],
  ["an upload of a clock that is some minutes ahead", upload({ time: "2026-01-05T00:10:00.000Z" })],
])("believes %s below its own prefix", (_name, event) => {
  expect(() => requireOwn(event, ports)).not.toThrow();
});

describe("refuses an event", () => {
  const forged = (fields: object) => ({ ...upload(), ...fields });
  test.each([
    [
      "of another bucket",
      { ...deletion(), data: { ...deletion().data, bucket: "nobody" } },
      "the bucket nobody",
    ],
    ["of a key outside the prefix", upload({ key: "private/a.jpg" }), "not below the prefix photos/"],
    ["of a result outside the prefix", result("private/a.jpg"), "not below the prefix photos/"],
    ["whose subject is another key", forged({ subject: "photos/b.jpg" }), "two keys"],
    ["whose source is another bucket", forged({ source: "s3://nobody" }), "two buckets"],
    ["of the future", upload({ time: "2099-01-01T00:00:00.000Z" }), "in the future"],
  ])("%s", (_name, event, text) => {
    expect(() => requireOwn(event, ports)).toThrow(
      expect.objectContaining({ code: "MESSAGE_REFUSED", message: expect.stringContaining(text) }),
    );
  });
});
