import { describe, expect, it } from "vitest";
import { queueRound } from "../../src/delivery/queue-poller.ts";
import { failure, type Outcome } from "../../src/lambda-host/outcome.ts";
import { runQueues } from "./running-queues.ts";

const MAPPING = {
  queueArn: "arn:aws:sqs:us-east-1:000000000000:work",
  functionName: "worker",
  batchSize: 10,
  windowSeconds: 0,
  maximumConcurrency: null,
  reportsBatchItemFailures: true,
};

interface Batch {
  Records: {
    messageId: string;
    body: string;
    attributes: Record<string, string>;
    eventSource: string;
    eventSourceARN: string;
  }[];
}

/** Sends messages and does one round with a function that answers this. */
async function round(
  bodies: string[],
  answer: (batch: Batch) => Outcome,
  mapping: Partial<typeof MAPPING> = {},
) {
  const batches: Batch[] = [];
  const { services, ports } = await runQueues(["work"], async (_name, payload) => {
    const batch: Batch = JSON.parse(JSON.stringify(payload));
    batches.push(batch);
    return answer(batch);
  });
  for (const body of bodies) services.send("work", body);
  await queueRound({ ...MAPPING, ...mapping }, ports)(new AbortController().signal);
  return { batches, count: services.count("work"), left: services.peek("work").map(({ body }) => body) };
}

const fine = (): Outcome => ({ ok: true, payload: null });

describe("a round of the queue's poller", () => {
  it("invokes the function with a batch in Lambda's form and deletes the handled messages", async () => {
    const { batches, left } = await round(["one", "two"], fine);
    expect(batches).toMatchObject([
      {
        Records: [
          {
            body: "one",
            eventSource: "aws:sqs",
            eventSourceARN: MAPPING.queueArn,
            attributes: { ApproximateReceiveCount: "1" },
          },
          { body: "two" },
        ],
      },
    ]);
    expect(left).toEqual([]);
  });

  it("keeps the messages that the function lists as failed, invisible until their timeout", async () => {
    const { left, count } = await round(["one", "two", "three"], ({ Records }) => {
      const failed = Records.filter(({ body }) => body === "two");
      return {
        ok: true,
        payload: { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) },
      };
    });
    expect([left, count]).toEqual([["two"], { visible: 0, inFlight: 1, delayed: 0 }]);
  });

  it("keeps the whole batch when the function has failed", async () => {
    const { left } = await round(["one", "two"], () => failure("Error", "no"));
    expect(left.toSorted()).toEqual(["one", "two"]);
  });

  it("receives at most the batch size", async () => {
    const { batches, left } = await round(["one", "two", "three"], fine, { batchSize: 2 });
    expect([batches[0]?.Records.length, left.length]).toEqual([2, 1]);
  });

  it("collects messages for the batching window, with several calls if necessary", async () => {
    const bodies = Array.from({ length: 12 }, (_, index) => `message ${index}`);
    const { batches } = await round(bodies, fine, { batchSize: 12, windowSeconds: 20 });
    expect(batches.map(({ Records }) => Records.length)).toEqual([12]);
  });
});
