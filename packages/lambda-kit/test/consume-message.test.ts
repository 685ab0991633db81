import { sqsRecord } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { type ConsumerPorts, consumeMessage, type Outcome } from "../src/consume-message.ts";
import { PipelineError } from "../src/pipeline-error.ts";
import type { Failure } from "../src/s3-failure-log.ts";
import { toEvent } from "../src/to-event.ts";

const Order = z.object({
  id: z.string(),
  type: z.literal("order.placed"),
  subject: z.string(),
  data: z.object({ correlationId: z.string() }),
});
type Ports = ConsumerPorts<z.infer<typeof Order>, Outcome>;
const BODY = JSON.stringify({
  id: "1",
  type: "order.placed",
  subject: "photos/a.jpg",
  data: { correlationId: "request-1" },
});

/** A consumer in memory that remembers what it told its operator and its queue. */
function consumer(overrides: Partial<Ports> = {}) {
  const failures = new Map<string, Failure>();
  const delays: { receiptHandle: string; atOnce: boolean }[] = [];
  const outcomes: string[] = [];
  const logged: string[] = [];
  const log = (...[message]: unknown[]) => void logged.push(String(message));
  const ports: Ports = {
    toEvent: (body) => toEvent(Order, "an order", body),
    process: async () => ({ decision: "done", status: "placed" }),
    clock: { now: () => new Date("2026-01-05T00:00:00.000Z"), remainingMilliseconds: () => 60_000 },
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
  return { failures, delays, outcomes, logged, ports };
}

const unavailable = async () => {
  throw new PipelineError("STORE_UNAVAILABLE", "503 Slow Down");
};

describe("a message whose work is done", () => {
  test("is acknowledged, counted, and leaves no failure behind", async () => {
    const { ports, outcomes, failures, delays } = consumer();
    await consumeMessage(sqsRecord(BODY), ports);
    expect(outcomes).toEqual(["done"]);
    expect({ failures: failures.size, delays }).toEqual({ failures: 0, delays: [] });
  });

  test("may come in an SNS envelope, as after a redrive from a subscription's queue", async () => {
    const { ports, outcomes } = consumer();
    await consumeMessage(sqsRecord(JSON.stringify({ Type: "Notification", Message: BODY })), ports);
    expect(outcomes).toEqual(["done"]);
  });

  test.each(["SOURCE_CHANGED", "SOURCE_GONE", "SOURCE_GENERATED"] as const)(
    "is acknowledged, counted and its reason logged when there is none to do: %s",
    async (code) => {
      const process = async () => {
        throw new PipelineError(code, "the reason");
      };
      const { ports, outcomes, logged, delays } = consumer({ process });
      await consumeMessage(sqsRecord(BODY), ports);
      expect(outcomes).toEqual([code]);
      expect(logged).toContain("the reason");
      expect(delays).toEqual([]);
    },
  );

  test("clears the failure that an earlier attempt recorded, whether it was done or dropped", async () => {
    const { ports, failures } = consumer();
    await consumeMessage(sqsRecord(BODY, { receiveCount: 2, messageId: "done" }), ports);
    const process = async () => {
      throw new PipelineError("SOURCE_GONE", "gone");
    };
    const record = sqsRecord(BODY, { receiveCount: 2, messageId: "dropped" });
    await consumeMessage(record, { ...ports, process });
    expect([...failures.keys()]).toEqual([]);
  });

  test("stays acknowledged when its old failure cannot be cleared", async () => {
    const { ports } = consumer({ failures: { record: async () => {}, clear: unavailable } });
    await expect(consumeMessage(sqsRecord(BODY, { receiveCount: 2 }), ports)).resolves.toBeUndefined();
  });
});

describe("a message that fails", () => {
  test("is given back, put off, and its reason recorded where the operator looks", async () => {
    const { ports, failures, delays } = consumer({ process: unavailable });
    const record = sqsRecord(BODY, { receiptHandle: "r-1" });
    await expect(consumeMessage(record, ports)).rejects.toThrow("503 Slow Down");
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
    const process = async () => {
      throw new TypeError("a bug");
    };
    const { ports, failures } = consumer({ process });
    await expect(consumeMessage(sqsRecord(BODY), ports)).rejects.toThrow("a bug");
    expect(failures.get("m-1")).toMatchObject({ code: "UNCLASSIFIED", text: "a bug" });
  });

  test("for the last time goes to the dead-letter queue without a wait", async () => {
    const { ports, delays, logged } = consumer({ process: unavailable });
    await expect(consumeMessage(sqsRecord(BODY, { receiveCount: 5 }), ports)).rejects.toThrow();
    expect(delays).toMatchObject([{ atOnce: true }]);
    expect(logged).toContain("given up to the dead-letter queue");
  });

  test.each(["not JSON", "{}", "null", '{"id":"1","type":"image.uploaded"}'])(
    "as it is none of ours comes again at once, for the dead-letter queue to keep it: %s",
    async (body) => {
      const { ports, failures, delays } = consumer();
      await expect(consumeMessage(sqsRecord(body), ports)).rejects.toMatchObject({
        code: "MALFORMED_MESSAGE",
      });
      expect(delays).toMatchObject([{ atOnce: true }]);
      expect(failures.get("m-1")).toMatchObject({ code: "MALFORMED_MESSAGE", key: null });
    },
  );

  test("fails with its own error, though neither the reason nor the delay could be recorded", async () => {
    const { ports } = consumer({
      process: unavailable,
      failures: { record: async () => Promise.reject(new Error("denied")), clear: unavailable },
      delayRetry: async () => Promise.reject(new Error("expired receipt")),
    });
    await expect(consumeMessage(sqsRecord(BODY), ports)).rejects.toThrow("503 Slow Down");
  });
});

test("a second attempt records that the first gave no answer, before it begins, in case it is killed too", async () => {
  const { ports, failures } = consumer();
  const seen: (string | undefined)[] = [];
  const process = async () => {
    seen.push(failures.get("m-1")?.code);
    return { decision: "done" };
  };
  await consumeMessage(sqsRecord(BODY, { receiveCount: 2 }), { ...ports, process });
  expect(seen).toEqual(["NO_ANSWER"]);
});
