import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../src/connection/connect.ts";
import { openWaiter, toWaitedLine } from "../../src/queues/wait-until-processed.ts";
import { DEAD_LETTERS, deadLetterOffice, PIPELINES, RENDITIONS } from "../dlq/dead-letter-office.ts";

let office: Awaited<ReturnType<typeof deadLetterOffice>>;
beforeAll(async () => {
  office = await deadLetterOffice();
});
afterEach(() => office.empty());
afterAll(() => office.stop());

/** Waits for the renditions' queue; something happens before each poll. */
async function waiting(steps: (() => unknown)[], signal = new AbortController().signal) {
  const connection = await connect({ endpoint: office.endpoint }, PIPELINES);
  const states: string[] = [];
  const terminal = { out() {}, json() {}, note() {}, status: (text: string) => void states.push(text) };
  const clock = { now: Date.now, sleep: async () => void (await steps.shift()?.()) };
  try {
    const waiter = await openWaiter(connection, ["renditions"], { terminal, clock, signal });
    office.server.sendMessage(RENDITIONS, "{}");
    return { waited: await waiter.wait(), states };
  } finally {
    connection.close();
  }
}

describe("a waiter", () => {
  test("waits until the queue is empty, and shows its progress", async () => {
    const { waited, states } = await waiting([() => office.empty()]);
    expect([waited, states[0], toWaitedLine(waited)]).toEqual([
      { failed: 0 },
      "waiting until it has been processed: 1 left",
      "everything that was published has been processed",
    ]);
  });

  test("counts the messages that went to the dead-letter queue meanwhile", async () => {
    const fail = () => {
      office.empty();
      office.server.sendMessage(DEAD_LETTERS, "{}");
    };
    const { waited } = await waiting([fail]);
    expect([waited, toWaitedLine(waited)]).toEqual([{ failed: 1 }, "1 message failed: see npx pipeline dlq"]);
  });

  test("ends on Ctrl-C, and reports that the pipeline continues", async () => {
    const interruption = new AbortController();
    const { waited } = await waiting([() => interruption.abort()], interruption.signal);
    expect([waited, toWaitedLine(waited)]).toEqual([
      "interrupted",
      "stopped waiting: the pipeline continues with the published events",
    ]);
  });
});
