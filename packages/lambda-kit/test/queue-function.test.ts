import { sqsRecord } from "@image-pipeline/testing";
import { afterEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { partialResponse, queueFunction } from "../src/queue-function.ts";
import { lambdaContext } from "./lambda-context.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const Order = z.object({
  id: z.string(),
  type: z.string(),
  source: z.string(),
  subject: z.string(),
  data: z.object({ correlationId: z.string() }),
});

test("handles the messages of a batch with the parts of its environment", async () => {
  for (const [name, value] of Object.entries({
    PROCESSED_BUCKET: "p",
    MAX_RECEIVE_COUNT: "5",
    QUEUE_URL: "q",
  }))
    vi.stubEnv(name, value);
  vi.spyOn(console, "info").mockImplementation(() => {});
  const seen: unknown[] = [];
  const handler = queueFunction("handler", {
    service: "shop",
    environment: z.object({
      PROCESSED_BUCKET: z.string(),
      MAX_RECEIVE_COUNT: z.coerce.number(),
      QUEUE_URL: z.string(),
    }),
    queueUrl: ({ QUEUE_URL }) => QUEUE_URL,
    parts: ({ PROCESSED_BUCKET }) => ({ bucket: PROCESSED_BUCKET, measure: () => {} }),
    consumer: {
      schema: Order,
      schemaName: "an order",
      describe: () => "handled",
      async handle({ subject }, { bucket, clock }) {
        seen.push([subject, bucket, clock.remainingMilliseconds()]);
        return { decision: "done" };
      },
    },
  });
  const body = JSON.stringify({
    id: "1",
    type: "order",
    source: "s3://uploads",
    subject: "a",
    data: { correlationId: "c" },
  });
  expect(await handler({ Records: [sqsRecord(body)] }, lambdaContext)).toEqual({ batchItemFailures: [] });
  expect(seen).toEqual([["a", "p", 5_000]]);
});

test("returns the messages that failed, and only those", async () => {
  const records = ["a", "b", "c"].map((messageId) => ({ messageId }));
  const handle = async ({ messageId }: { messageId: string }) => {
    if (messageId === "b") throw new Error("503");
  };
  expect(await partialResponse(records, handle)).toEqual({ batchItemFailures: [{ itemIdentifier: "b" }] });
});
