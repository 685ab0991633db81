import { toMessageBody } from "@image-pipeline/schema";
import { describe, expect, test } from "vitest";
import { handleMessage, type MessagePorts } from "../src/handle-message.ts";
import { PipelineError } from "../src/pipeline-error.ts";
import type { Failure } from "../src/s3-failure-log.ts";
import { deletion } from "./image-events.ts";
import { memoryPipeline } from "./memory/memory-pipeline.ts";
import { sqsRecord } from "./sqs-records.ts";

/** A worker in memory that remembers what it told its operator and its queue. */
function worker(overrides: Partial<MessagePorts> = {}) {
  const pipeline = memoryPipeline();
  const failures = new Map<string, Failure>();
  const delays: { receiptHandle: string; atOnce: boolean }[] = [];
  const outcomes: string[] = [];
  const logged: string[] = [];
  const log = (...[message]: unknown[]) => void logged.push(String(message));
  const ports: MessagePorts = {
    ...pipeline.ports,
    failures: {
      record: async (id, failure) => void failures.set(id, failure),
      clear: async (id) => void failures.delete(id),
    },
    delayRetry: async ({ receiptHandle, atOnce }) => void delays.push({ receiptHandle, atOnce }),
    maxReceiveCount: 5,
    logger: { info: log, warn: log, error: log },
    measure: (_event, { decision }) => void outcomes.push(decision),
    ...overrides,
  };
  return { pipeline, failures, delays, outcomes, logged, ports };
}

const unavailable = async () => {
  throw new PipelineError("STORE_UNAVAILABLE", "503 Slow Down");
};

describe("a message whose work is done", () => {
  test("is acknowledged, counted, and leaves no failure behind", async () => {
    const { pipeline, ports, outcomes, failures, delays } = worker();
    await handleMessage(sqsRecord(toMessageBody(pipeline.upload("a picture"))), ports);
    expect(outcomes).toEqual(["process"]);
    expect({ failures: failures.size, delays }).toEqual({ failures: 0, delays: [] });
  });

  test("may be a delete", async () => {
    const { ports, outcomes } = worker();
    await handleMessage(sqsRecord(toMessageBody(deletion())), ports);
    expect(outcomes).toEqual(["remove"]);
  });

  test("may come in an SNS envelope, as after a redrive from a subscription's queue", async () => {
    const { pipeline, ports, outcomes } = worker();
    const Message = toMessageBody(pipeline.upload("a picture"));
    await handleMessage(sqsRecord(JSON.stringify({ Type: "Notification", Message })), ports);
    expect(outcomes).toEqual(["process"]);
  });

  test("of a picture that can never be processed is acknowledged as well", async () => {
    const { pipeline, ports, outcomes } = worker();
    await handleMessage(sqsRecord(toMessageBody(pipeline.upload("bad"))), ports);
    expect(outcomes).toEqual(["process"]);
    expect(pipeline.results).toMatchObject([{ type: "image.rejected" }]);
  });

  test.each(["SOURCE_CHANGED", "SOURCE_GONE", "SOURCE_GENERATED"] as const)(
    "is acknowledged, counted and its reason logged when there is none to do: %s",
    async (code) => {
      const read = async () => {
        throw new PipelineError(code, "the reason");
      };
      const { pipeline, ports, outcomes, logged, delays } = worker({ sources: { read } });
      await handleMessage(sqsRecord(toMessageBody(pipeline.upload("a picture"))), ports);
      expect(outcomes).toEqual([code]);
      expect(logged).toContain("the reason");
      expect(delays).toEqual([]);
    },
  );

  test("clears the failure that an earlier attempt recorded, whether it was done or dropped", async () => {
    const { pipeline, ports, failures } = worker();
    const event = pipeline.upload("a picture");
    await handleMessage(sqsRecord(toMessageBody(event), { receiveCount: 2, messageId: "done" }), ports);
    pipeline.uploads.remove("photos/b.jpg");
    const gone = { ...pipeline.upload("gone", "photos/b.jpg") };
    pipeline.uploads.remove("photos/b.jpg");
    await handleMessage(sqsRecord(toMessageBody(gone), { receiveCount: 2, messageId: "dropped" }), ports);
    expect([...failures.keys()]).toEqual([]);
  });

  test("stays acknowledged when its old failure cannot be cleared", async () => {
    const { pipeline, ports } = worker({ failures: { record: async () => {}, clear: unavailable } });
    const record = sqsRecord(toMessageBody(pipeline.upload("a picture")), { receiveCount: 2 });
    await expect(handleMessage(record, ports)).resolves.toBeUndefined();
  });
});

describe("a message that fails", () => {
  test("is given back, put off, and its reason recorded where the operator looks", async () => {
    const { pipeline, ports, failures, delays } = worker({ sources: { read: unavailable } });
    const record = sqsRecord(toMessageBody(pipeline.upload("a picture")), { receiptHandle: "r-1" });
    await expect(handleMessage(record, ports)).rejects.toThrow("503 Slow Down");
    expect(delays).toEqual([{ receiptHandle: "r-1", atOnce: false }]);
    expect(failures.get("m-1")).toEqual({
      code: "STORE_UNAVAILABLE",
      text: "503 Slow Down",
      at: "2026-01-05T00:00:00.000Z",
      receiveCount: 1,
      key: "photos/a.jpg",
    });
  });

  test("by an error that nobody classified is given back as well", async () => {
    const read = async () => {
      throw new TypeError("a bug");
    };
    const { pipeline, ports, failures } = worker({ sources: { read } });
    const record = sqsRecord(toMessageBody(pipeline.upload("a picture")));
    await expect(handleMessage(record, ports)).rejects.toThrow("a bug");
    expect(failures.get("m-1")).toMatchObject({ code: "UNCLASSIFIED", text: "a bug" });
  });

  test("for the last time goes to the dead-letter queue without a wait", async () => {
    const { pipeline, ports, delays, logged } = worker({ sources: { read: unavailable } });
    const record = sqsRecord(toMessageBody(pipeline.upload("a picture")), { receiveCount: 5 });
    await expect(handleMessage(record, ports)).rejects.toThrow();
    expect(delays).toMatchObject([{ atOnce: true }]);
    expect(logged).toContain("given up to the dead-letter queue");
  });

  test.each(["not JSON", "{}", "null", '{"specversion":"1.0","type":"order.placed"}'])(
    "as it is none of ours comes again at once, for the dead-letter queue to keep it: %s",
    async (body) => {
      const { ports, failures, delays } = worker();
      await expect(handleMessage(sqsRecord(body), ports)).rejects.toMatchObject({
        code: "MALFORMED_MESSAGE",
      });
      expect(delays).toMatchObject([{ atOnce: true }]);
      expect(failures.get("m-1")).toMatchObject({ code: "MALFORMED_MESSAGE", key: null });
    },
  );

  test("fails with its own error, though neither the reason nor the delay could be recorded", async () => {
    const { pipeline, ports } = worker({
      sources: { read: unavailable },
      failures: { record: async () => Promise.reject(new Error("denied")), clear: unavailable },
      delayRetry: async () => Promise.reject(new Error("expired receipt")),
    });
    const record = sqsRecord(toMessageBody(pipeline.upload("a picture")));
    await expect(handleMessage(record, ports)).rejects.toThrow("503 Slow Down");
  });
});

test("a second attempt records that the first gave no answer, before it begins, in case it is killed too", async () => {
  const { pipeline, ports, failures } = worker();
  const seen: (string | undefined)[] = [];
  const { render } = ports;
  const record = sqsRecord(toMessageBody(pipeline.upload("a picture")), { receiveCount: 2 });
  await handleMessage(record, {
    ...ports,
    render: (...rendering) => {
      seen.push(failures.get("m-1")?.code);
      return render(...rendering);
    },
  });
  expect(seen).toEqual(["NO_ANSWER"]);
});
