import { PipelineError } from "@image-pipeline/lambda-kit";
import { toMessageBody } from "@image-pipeline/schema";
import { deletion, sqsRecord } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { handleMessage, type MessagePorts } from "../src/handle-message.ts";
import { memoryPipeline } from "./memory/memory-pipeline.ts";

/** A worker in memory that remembers what it measured and logged. */
function worker(overrides: Partial<MessagePorts> = {}) {
  const pipeline = memoryPipeline();
  const outcomes: string[] = [];
  const logged: unknown[][] = [];
  const log = (...line: unknown[]) => void logged.push(line);
  const ports: MessagePorts = {
    ...pipeline.ports,
    failures: { record: async () => {}, clear: async () => {} },
    delayRetry: async () => {},
    maxReceiveCount: 5,
    logger: { info: log, warn: log, error: log },
    measure: (_event, { decision }) => void outcomes.push(decision),
    ...overrides,
  };
  return { pipeline, outcomes, logged, ports };
}

describe("a message of the renditions queue", () => {
  test("may be an upload: its outcome is counted, and logged with the manifest's status", async () => {
    const { pipeline, ports, outcomes, logged } = worker();
    await handleMessage(sqsRecord(toMessageBody(pipeline.upload("a picture"))), ports);
    expect(outcomes).toEqual(["process"]);
    expect(logged).toEqual([
      ["process", expect.objectContaining({ key: "photos/a.jpg", status: "processed" })],
    ]);
  });

  test("may be a delete", async () => {
    const { ports, outcomes } = worker();
    await handleMessage(sqsRecord(toMessageBody(deletion())), ports);
    expect(outcomes).toEqual(["remove"]);
  });

  test("of a picture that can never be processed is acknowledged as well", async () => {
    const { pipeline, ports, outcomes } = worker();
    await handleMessage(sqsRecord(toMessageBody(pipeline.upload("bad"))), ports);
    expect(outcomes).toEqual(["process"]);
    expect(pipeline.results).toMatchObject([{ type: "image.rejected" }]);
  });

  test("of a source that has gone is acknowledged and counted", async () => {
    const read = async () => {
      throw new PipelineError("SOURCE_GONE", "the reason");
    };
    const { pipeline, ports, outcomes } = worker({ sources: { read } });
    await handleMessage(sqsRecord(toMessageBody(pipeline.upload("a picture"))), ports);
    expect(outcomes).toEqual(["SOURCE_GONE"]);
  });

  test.each(["{}", '{"specversion":"1.0","type":"order.placed"}'])(
    "that is no image event is refused: %s",
    async (body) => {
      await expect(handleMessage(sqsRecord(body), worker().ports)).rejects.toMatchObject({
        code: "MALFORMED_MESSAGE",
      });
    },
  );
});
