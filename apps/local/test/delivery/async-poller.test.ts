import { describe, expect, it } from "vitest";
import { asyncRound } from "../../src/delivery/async-poller.ts";
import { newInvocation } from "../../src/delivery/async-queue.ts";
import { failure, type Outcome } from "../../src/lambda-host/outcome.ts";
import { lambdaOf } from "../function-factory.ts";
import { runQueues } from "./running-queues.ts";

const EVENT = { Records: [{ s3: { object: { key: "a" } } }] };

/** A function's queue with one event, its destinations, and as many rounds as asked for. */
async function rounds(count: number, outcome: (attempt: number) => Outcome) {
  const events: unknown[] = [];
  const { services, ports } = await runQueues(["waiting", "failures", "dead"], async (_name, payload) => {
    events.push(payload);
    return outcome(events.length);
  });
  services.send("waiting", JSON.stringify(newInvocation(EVENT, Date.now())));
  const asynchronous = {
    maximumRetryAttempts: 2,
    maximumEventAgeSeconds: 21_600,
    onFailureArn: "failures",
    deadLetterArn: "dead",
  };
  const round = asyncRound(lambdaOf("0", { asynchronous }), {
    ...ports,
    sendTo: async (arn, body) => services.send(arn, body),
  });
  for (let done = 0; done < count; done++) await round(new AbortController().signal);
  const bodies = (queue: string) => services.peek(queue).map(({ body }) => JSON.parse(body));
  return { events, waiting: bodies("waiting"), failures: bodies("failures"), dead: bodies("dead") };
}

describe("a round of the asynchronous poller", () => {
  it("invokes the function with the event and deletes it afterwards", async () => {
    const { events, waiting, failures } = await rounds(1, () => ({ ok: true, payload: null }));
    expect([events, waiting, failures]).toEqual([[EVENT], [], []]);
  });

  it("keeps a failed event and counts the failure", async () => {
    const { waiting } = await rounds(1, () => failure("Error", "no"));
    expect(waiting).toMatchObject([{ failures: 1, event: EVENT }]);
  });

  it("deletes an event that succeeds at the second attempt", async () => {
    const { events, waiting, failures } = await rounds(2, (attempt) =>
      attempt === 1 ? failure("Error", "no") : { ok: true, payload: null },
    );
    expect([events.length, waiting, failures]).toEqual([2, [], []]);
  });

  it("sends an event that failed three times to its destination, with the error, and to its dead-letter queue, without", async () => {
    const { events, waiting, failures, dead } = await rounds(3, (attempt) =>
      failure("Error", `attempt ${attempt}`),
    );
    expect([events.length, waiting]).toEqual([3, []]);
    expect(failures).toMatchObject([
      {
        requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
        requestPayload: EVENT,
        responsePayload: { errorMessage: "attempt 3" },
      },
    ]);
    expect(dead).toEqual([EVENT]);
  });

  it("does not count an attempt that was cancelled because the runtime stopped", async () => {
    const stop = new AbortController();
    const { services, ports } = await runQueues(["waiting"], async () => {
      stop.abort();
      return failure("Runtime.ExitError", "killed");
    });
    services.send("waiting", JSON.stringify(newInvocation(EVENT, Date.now())));
    const round = asyncRound(lambdaOf("0"), { ...ports, sendTo: async () => {} });
    await expect(round(stop.signal)).rejects.toThrow();
    expect(services.peek("waiting").map(({ body }) => JSON.parse(body))).toMatchObject([{ failures: 0 }]);
  });
});
