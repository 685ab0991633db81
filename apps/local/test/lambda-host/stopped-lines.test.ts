import { toImageId } from "@image-pipeline/schema/keys";
import { sqsRecord, UPLOADS, upload } from "@image-pipeline/testing";
import { expect, it } from "vitest";
import { stoppedLines } from "../../src/lambda-host/stopped-lines.ts";

const NOW = new Date("2026-01-05T12:00:00.000Z");
const lines = (body: string) =>
  stoppedLines(JSON.stringify({ Records: [sqsRecord(body)] }), "signal: SIGKILL", NOW).map((line): unknown =>
    JSON.parse(line),
  );

it("names the key, image id and correlation id of each message that a stopped function held", () => {
  const event = upload({ key: "photos/a.jpg" });
  expect(lines(JSON.stringify(event))).toEqual([
    {
      timestamp: NOW.toISOString(),
      level: "ERROR",
      message: "the function was stopped while it held a message: signal: SIGKILL",
      messageId: "m-1",
      receiveCount: 1,
      key: "photos/a.jpg",
      imageId: toImageId(UPLOADS, "photos/a.jpg"),
      correlationId: event.data.correlationId,
    },
  ]);
});

it("names the message alone if it is no image event", () => {
  expect(lines("not JSON")).toEqual([expect.objectContaining({ messageId: "m-1" })]);
});

it.each([
  [
    "a notification",
    { Records: [{ s3: { bucket: { name: UPLOADS }, object: { key: "photos/a.jpg" } } }] },
    {},
  ],
  [
    "a task of the workflow",
    { job: { event: upload({ key: "photos/a.jpg" }) }, execution: "e" },
    { execution: "e" },
  ],
])("names the image of %s that a stopped function held", (_what, payload, fields) => {
  expect(
    stoppedLines(JSON.stringify(payload), "x", NOW).map((line): unknown => JSON.parse(line)),
  ).toMatchObject([
    { level: "ERROR", key: "photos/a.jpg", imageId: toImageId(UPLOADS, "photos/a.jpg"), ...fields },
  ]);
});

it("writes nothing for a payload without messages", () => {
  expect(stoppedLines("{}", "x", NOW)).toEqual([]);
});
