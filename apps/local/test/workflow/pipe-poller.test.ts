import { describe, expect, it } from "vitest";
import { failure, type Outcome } from "../../src/lambda-host/outcome.ts";
import { runPipe } from "./running-pipe.ts";

const OURS = JSON.stringify({ kind: "ours" });
const fine = (payload: unknown): Outcome => ({ ok: true, payload });

describe("a round of a pipe", () => {
  it("starts an execution for a matching message, and deletes the message when it has ended", async () => {
    const calls: unknown[] = [];
    const { services, executions, round } = await runPipe(async (name, payload) => {
      calls.push([name, payload, services.count("work").inFlight]);
      return fine(`${name} did it`);
    });
    services.send("work", OURS);
    await round(new AbortController().signal);
    expect(calls).toEqual([
      ["first", OURS, 1],
      ["second", "first did it", 1],
    ]);
    expect(executions).toMatchObject([
      {
        error: null,
        steps: [
          { state: "First", error: null },
          { state: "Second", error: null },
        ],
      },
    ]);
    expect(services.peek("work")).toEqual([]);
  });

  it.each([JSON.stringify({ kind: "another" }), "no JSON"])(
    "deletes what no pattern takes: %s",
    async (body) => {
      const { services, executions, round } = await runPipe(async () => expect.fail("nothing is to run"));
      services.send("work", body);
      await round(new AbortController().signal);
      expect([executions, services.peek("work")]).toEqual([[], []]);
    },
  );

  it("retries a task as the definition says, with scaled delays", async () => {
    let busy = 2;
    const { executions, history, services, round } = await runPipe(async (name) =>
      name === "second" && busy-- > 0 ? failure("BUSY", "for now") : fine({}),
    );
    services.send("work", OURS);
    await round(new AbortController().signal);
    expect(executions[0]?.steps.map(({ state, error }) => [state, error])).toEqual([
      ["First", null],
      ["Second", "BUSY"],
      ["Second", "BUSY"],
      ["Second", null],
    ]);
    expect(history.map(({ state, error }) => [state, error])).toEqual([
      ["First", null],
      ["Second", "BUSY"],
      ["Second", "BUSY"],
      ["Second", null],
      [null, null],
    ]);
    expect(new Set(history.map(({ execution }) => execution)).size).toBe(1);
  });

  it("runs the definition's error path with Lambda's report of the error", async () => {
    const { services, executions, history, round } = await runPipe(async (name) =>
      name === "second" ? failure("BROKEN", "for ever") : fine({}),
    );
    services.send("work", OURS);
    await round(new AbortController().signal);
    expect(executions[0]).toMatchObject({
      error: expect.stringContaining("it is kept"),
      steps: [{}, { error: "BROKEN" }, { state: "Keep", error: null }],
    });
    expect(history.at(-1)).toMatchObject({ state: null, error: "GIVEN_UP" });
    expect(services.peek("dead").map(({ body }) => JSON.parse(body))).toEqual([
      { errorType: "BROKEN", errorMessage: "for ever", trace: [] },
    ]);
    expect(services.peek("work")).toEqual([]);
  });

  it("keeps the message of an aborted execution, so that the next run repeats it", async () => {
    const stop = new AbortController();
    const { services, executions, round } = await runPipe(async () => {
      stop.abort();
      return failure("BUSY", "its process was ended");
    });
    services.send("work", OURS);
    await expect(round(stop.signal)).rejects.toThrow();
    expect(executions).toEqual([]);
    expect(services.count("work")).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  });
});
