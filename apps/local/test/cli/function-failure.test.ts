import { imageUploaded } from "@image-pipeline/schema/events";
import { expect, it } from "vitest";
import { toFailureLine } from "../../src/cli/function-failure.ts";

const source = {
  bucket: "uploads",
  key: "a b.jpg",
  eTag: "e",
  versionId: null,
  size: 1,
  sequencer: "0055AED6DCD90281E5",
};
const body = JSON.stringify(imageUploaded(source, { time: "2026-01-01T00:00:00.000Z" }));
const QUEUE = {
  name: "renditions",
  arn: "arn:queue",
  url: "",
  visibilityTimeoutSeconds: 360,
  retentionSeconds: 1,
  delaySeconds: 0,
  receiveWaitSeconds: 0,
  redrive: { deadLetterQueueArn: "arn:dlq", maxReceiveCount: 3 },
};
const lineOf = (payload: unknown) =>
  toFailureLine(
    {
      functionName: "worker",
      error: "Runtime.ExitError: signal: SIGKILL\n  at x",
      logFile: "/logs/worker.log",
      payload,
    },
    { queues: [QUEUE] },
  );
const record = (count: string) => ({
  Records: [{ body, eventSourceARN: "arn:queue", attributes: { ApproximateReceiveCount: count } }],
});

it("names the image, and when its message is visible again", () => {
  expect(lineOf(record("1"))).toBe(
    "a b.jpg: worker failed: Runtime.ExitError: signal: SIGKILL; attempt 1 of 3, its message is visible again in 6 min (log: /logs/worker.log)",
  );
});

it("announces that the message of the last attempt goes to the dead-letter queue", () => {
  expect(lineOf(record("3"))).toContain("attempt 3, the last: its message goes to the dead-letter queue");
});

it("names the image of an S3 event, and none of an unrecognised payload", () => {
  const event = {
    Records: [
      { s3: { bucket: { name: "uploads" }, object: { key: "a+b.jpg", sequencer: "0055AED6DCD90281E5" } } },
    ],
  };
  expect(lineOf(event)).toMatch(/^a b\.jpg: worker failed: [^;]* \(log/);
  expect(lineOf({ any: 1 })).toMatch(/^worker failed: [^;]* \(log/);
});
