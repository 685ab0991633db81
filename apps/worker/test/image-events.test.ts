import { consumeMessage } from "@image-pipeline/lambda-kit";
import { type ImageEvent, toMessageBody } from "@image-pipeline/schema/events";
import { PipelineError } from "@image-pipeline/schema/processing";
import { deletion, recordingLogger, sqsRecord } from "@image-pipeline/testing";
import { expect, test } from "vitest";
import { imageEvents } from "../src/image-events.ts";
import type { UploadPorts } from "../src/upload.ts";
import { memoryPipeline } from "./memory/memory-pipeline.ts";

/** A worker in memory that remembers its metrics and log lines. */
function worker(overrides: Partial<UploadPorts> = {}) {
  const pipeline = memoryPipeline();
  const outcomes: string[] = [];
  const logger = recordingLogger();
  const ports = {
    ...pipeline.ports,
    failures: { record: async () => {}, clear: async () => {} },
    delayRetry: async () => {},
    maxReceiveCount: 5,
    logger,
    measure: (_event: unknown, { decision }: { decision: string }) => void outcomes.push(decision),
    ...overrides,
  };
  const consume = (body: string) => consumeMessage(sqsRecord(body), imageEvents, ports);
  return {
    pipeline,
    outcomes,
    lines: logger.lines,
    consume,
    consumeEvent: (event: ImageEvent) => consume(toMessageBody(event)),
  };
}

test("counts an upload and logs the status of its manifest", async () => {
  const { pipeline, consumeEvent, outcomes, lines } = worker();
  await consumeEvent(pipeline.upload("a picture"));
  expect(outcomes).toEqual(["process"]);
  expect(lines.slice(1)).toMatchObject([
    {
      message: "rendered the upload, wrote its manifest and sent the result event",
      fields: { key: "photos/a.jpg", decision: "process", status: "processed" },
    },
  ]);
});

test("removes a deleted image", async () => {
  const { consumeEvent, outcomes, lines } = worker();
  await consumeEvent(deletion());
  expect(outcomes).toEqual(["remove"]);
  expect(lines[1]?.message).toMatch(/^removed the renditions .* because the object was deleted$/);
});

test("acknowledges a picture that can never be processed", async () => {
  const { pipeline, consumeEvent, outcomes, lines } = worker();
  await consumeEvent(pipeline.upload("bad"));
  expect(outcomes).toEqual(["process"]);
  expect(lines[1]?.message).toMatch(/^rejected the upload as [A-Z_]+, and wrote this to its manifest: ./);
  expect(pipeline.results).toMatchObject([{ type: "image.rejected" }]);
});

test("acknowledges and counts an upload whose source is gone", async () => {
  const read = async () => {
    throw new PipelineError("SOURCE_GONE", "the reason");
  };
  const { pipeline, consumeEvent, outcomes } = worker({ sources: { read } });
  await consumeEvent(pipeline.upload("a picture"));
  expect(outcomes).toEqual(["SOURCE_GONE"]);
});

test.each(["{}", '{"specversion":"1.0","type":"order.placed"}'])(
  "refuses a message that is not an image event: %s",
  async (body) => {
    await expect(worker().consume(body)).rejects.toMatchObject({ code: "MALFORMED_MESSAGE" });
  },
);

test.each([
  ["another bucket", { bucket: "nobody" }, "MESSAGE_REFUSED"],
  ["a sequencer that S3 does not write", { sequencer: "F".repeat(40) }, "MALFORMED_MESSAGE"],
])("refuses the forged deletion of an image, which stays: %s", async (_name, forged, code) => {
  const { pipeline, consume, consumeEvent } = worker();
  await consumeEvent(pipeline.upload("a picture"));
  const event = deletion({ sequencer: "F".repeat(18) });
  const body = toMessageBody({ ...event, data: { ...event.data, ...forged } });
  await expect(consume(body)).rejects.toMatchObject({ code });
  expect(await pipeline.manifest()).toMatchObject({ status: "processed" });
});
