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
      type: "image.uploaded",
      key: "photos/a.jpg",
      imageId: toImageId(UPLOADS, "photos/a.jpg"),
      correlationId: event.data.correlationId,
    },
  ]);
});

it("names the message alone if it is no image event", () => {
  expect(lines("not JSON")).toEqual([expect.objectContaining({ messageId: "m-1" })]);
});

it("writes nothing for a payload without messages", () => {
  expect(stoppedLines("{}", "x", NOW)).toEqual([]);
});
