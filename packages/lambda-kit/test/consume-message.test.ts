import { toImageId } from "@image-pipeline/schema/keys";
import { type Failure, PipelineError } from "@image-pipeline/schema/processing";
import { recordingLogger, sqsRecord } from "@image-pipeline/testing";
import { expect, test } from "vitest";
import * as z from "zod";
import { type ConsumerPorts, consumeMessage, type Outcome } from "../src/consume-message.ts";

const Order = z.object({
  id: z.string(),
  type: z.literal("order.placed"),
  source: z.string(),
  subject: z.string(),
  data: z.object({ correlationId: z.string() }),
});
type Order = z.infer<typeof Order>;
const BODY = JSON.stringify({
  id: "1",
  type: "order.placed",
  source: "s3://uploads",
  subject: "photos/a.jpg",
  data: { correlationId: "request-1" },
});

const STARTED = "started work on a message";

/** A consumer in memory that remembers its failure records, delays, metrics and log lines. */
function consumer(
  handle: () => Promise<Outcome> = async () => ({ decision: "done", status: "placed" }),
  overrides: Partial<ConsumerPorts<Order, Outcome>> = {},
) {
  const failures = new Map<string, Failure>();
  const delays: { receiptHandle: string; atOnce: boolean }[] = [];
  const outcomes: string[] = [];
  const logger = recordingLogger();
  const ports: ConsumerPorts<Order, Outcome> = {
    clock: { now: () => new Date("2026-01-05T00:00:00.000Z"), remainingMilliseconds: () => 60_000 },
    failures: {
      record: async (id, failure) => void failures.set(id, failure),
      clear: async (id) => void failures.delete(id),
    },
    delayRetry: async ({ receiptHandle, atOnce }) => void delays.push({ receiptHandle, atOnce }),
    maxReceiveCount: 5,
    logger,
    measure: (_event, { decision }) => void outcomes.push(decision),
    ...overrides,
  };
  const describe = ({ decision }: Outcome) => `the order is ${decision}`;
  const orders = { schema: Order, schemaName: "an order", handle, describe };
  const consume = (...record: Parameters<typeof sqsRecord>) =>
    consumeMessage(sqsRecord(...record), orders, ports);
  const texts = () => logger.lines.map(({ message }) => message);
  return { failures, delays, outcomes, lines: logger.lines, texts, consume };
}

const failing = (error: Error) => async () => {
  throw error;
};
const unavailable = failing(new PipelineError("STORE_UNAVAILABLE", "503 Slow Down"));

test("acknowledges and counts a handled message, without a failure record", async () => {
  const { consume, outcomes, failures, delays, texts } = consumer();
  await consume(BODY);
  expect([outcomes, texts()]).toEqual([["done"], [STARTED, "the order is done"]]);
  expect({ failures: failures.size, delays }).toEqual({ failures: 0, delays: [] });
});

test("accepts an SNS envelope, as after a redrive from the queue of a subscription", async () => {
  const { consume, outcomes } = consumer();
  await consume(JSON.stringify({ Type: "Notification", Message: BODY }));
  expect(outcomes).toEqual(["done"]);
});

test.each(["SOURCE_CHANGED", "SOURCE_GONE", "SOURCE_GENERATED"] as const)(
  "acknowledges, counts and logs a message without work left: %s",
  async (code) => {
    const { consume, outcomes, texts, delays } = consumer(failing(new PipelineError(code, "the reason")));
    await consume(BODY);
    expect(outcomes).toEqual([code]);
    expect(texts()).toEqual([STARTED, "skipped the event, because no work is left: the reason"]);
    expect(delays).toEqual([]);
  },
);

test.each([
  ["handled", undefined],
  ["without work left", failing(new PipelineError("SOURCE_GONE", "gone"))],
] as const)("removes the failure record of an earlier attempt when the message is %s", async (_, handle) => {
  const { consume, failures } = consumer(handle);
  await consume(BODY, { receiveCount: 2 });
  expect([...failures.keys()]).toEqual([]);
});

test("acknowledges a message whose failure record cannot be removed", async () => {
  const { consume } = consumer(undefined, { failures: { record: async () => {}, clear: unavailable } });
  await expect(consume(BODY, { receiveCount: 2 })).resolves.toBeUndefined();
});

test("records why a message failed and delays its next attempt", async () => {
  const { consume, failures, delays, texts } = consumer(unavailable);
  await expect(consume(BODY, { receiptHandle: "r-1" })).rejects.toThrow("503 Slow Down");
  expect(delays).toEqual([{ receiptHandle: "r-1", atOnce: false }]);
  expect(texts()).toEqual([
    STARTED,
    "attempt 1 of 5 failed with STORE_UNAVAILABLE: the message returns to its queue for another attempt",
  ]);
  expect(failures.get("m-1")).toEqual({
    code: "STORE_UNAVAILABLE",
    text: "503 Slow Down",
    at: "2026-01-05T00:00:00.000Z",
    receiveCount: 1,
    key: "photos/a.jpg",
  });
});

test("retries an error without a code as UNCLASSIFIED", async () => {
  const { consume, failures } = consumer(failing(new TypeError("a bug")));
  await expect(consume(BODY)).rejects.toThrow("a bug");
  expect(failures.get("m-1")).toMatchObject({ code: "UNCLASSIFIED", text: "a bug" });
});

test("does not delay the last failure, so that the message moves to the dead-letter queue", async () => {
  const { consume, delays, texts } = consumer(unavailable);
  await expect(consume(BODY, { receiveCount: 5 })).rejects.toThrow();
  expect(delays).toMatchObject([{ atOnce: true }]);
  expect(texts()).toContain(
    "attempt 5 of 5 failed with STORE_UNAVAILABLE: the message goes to the dead-letter queue",
  );
});

test.each(["not JSON", "{}", "null", '{"id":"1","type":"image.uploaded"}'])(
  "retries a malformed message without delay: %s",
  async (body) => {
    const { consume, failures, delays } = consumer();
    await expect(consume(body)).rejects.toMatchObject({ code: "MALFORMED_MESSAGE" });
    expect(delays).toMatchObject([{ atOnce: true }]);
    expect(failures.get("m-1")).toMatchObject({ code: "MALFORMED_MESSAGE", key: null });
  },
);

test("fails with the message's own error when neither the failure nor the delay can be recorded", async () => {
  const { consume } = consumer(unavailable, {
    failures: { record: failing(new Error("denied")), clear: unavailable },
    delayRetry: failing(new Error("expired receipt")),
  });
  await expect(consume(BODY)).rejects.toThrow("503 Slow Down");
});

test("records before a second attempt that the first one gave no answer", async () => {
  const seen: (string | undefined)[] = [];
  const { consume, failures } = consumer(async () => {
    seen.push(failures.get("m-1")?.code);
    return { decision: "done" };
  });
  await consume(BODY, { receiveCount: 2 });
  expect(seen).toEqual(["NO_ANSWER"]);
});

test.each([
  ["handled", BODY, undefined],
  ["failed", BODY, unavailable],
  ["malformed", JSON.stringify({ ...JSON.parse(BODY), type: "order.lost" }), undefined],
])(
  "logs every line of a %s message with its key, image id and correlation id",
  async (_what, body, handle) => {
    const { consume, lines } = consumer(handle, { delayRetry: failing(new Error("expired receipt")) });
    await consume(body).catch(() => undefined);
    expect(lines.length).toBeGreaterThan(1);
    const ids = {
      key: "photos/a.jpg",
      imageId: toImageId("uploads", "photos/a.jpg"),
      correlationId: "request-1",
    };
    for (const { fields } of lines) expect(fields).toMatchObject(ids);
  },
);

test("logs no ids of a message with the lines after it", async () => {
  const { consume, lines } = consumer();
  await consume(BODY);
  await consume("no JSON").catch(() => undefined);
  expect(lines.at(-1)?.fields).not.toHaveProperty("key");
});
