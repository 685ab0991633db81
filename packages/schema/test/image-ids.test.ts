import { aSource, processed } from "@image-pipeline/testing";
import { expect, test } from "vitest";
import { imageUploaded, toImageIds, toResultEvent } from "../src/events.ts";
import { toImageId } from "../src/keys.ts";

const source = aSource({ key: "photos/ä b.jpg" });
const event = imageUploaded(source, { time: "2026-01-05T12:00:00.000Z", correlationId: "request-1" });
const result = toResultEvent(processed(source), { bucket: "processed", key: "manifests/x.json" });
const ids = { key: source.key, imageId: toImageId(source.bucket, source.key), correlationId: "request-1" };
const body = JSON.stringify(event);
const object = { key: encodeURIComponent(source.key).replaceAll("%20", "+") };

test.each([
  ["an event", event],
  ["a body", body],
  ["a message", { messageId: "m", body }],
  ["a message in SNS's envelope", { body: JSON.stringify({ Type: "Notification", Message: body }) }],
  ["the input of the workflow's first task", { message: { body } }],
  ["the input of the workflow", [{ messageId: "m", body }]],
  ["the input of a later task", { job: { event, tag: "t" } }],
  [
    "a notification",
    {
      Records: [
        {
          s3: { bucket: { name: source.bucket }, object },
          responseElements: { "x-amz-request-id": "request-1" },
        },
      ],
    },
  ],
  [
    "an event of EventBridge",
    {
      "detail-type": "Object Created",
      detail: { bucket: { name: source.bucket }, object: { key: source.key }, "request-id": "request-1" },
    },
  ],
])("finds the key, the image id and the correlation id in %s", (_what, input) => {
  expect(toImageIds(input)).toEqual([ids]);
});

test("finds the ids of a result event", () => {
  const { imageId, correlationId } = result.data;
  expect(toImageIds(JSON.stringify(result))).toEqual([{ key: source.key, imageId, correlationId }]);
});

test("finds the ids that an invalid event has", () => {
  expect(toImageIds({ subject: "a.jpg", source: 1, data: { correlationId: "c" } })).toEqual([
    { key: "a.jpg", correlationId: "c" },
  ]);
});

test.each([undefined, "no JSON", "{}", { Records: [{}] }, { Event: "s3:TestEvent" }, []])(
  "finds none in %j",
  (input) => {
    expect(toImageIds(input)).toEqual([]);
  },
);
