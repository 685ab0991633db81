import { describe, expect, it } from "vitest";
import { liveLine, toLiveLine } from "../../src/cli/live-line.ts";
import { spinWhile } from "../../src/cli/spinner.ts";
import { terminal } from "../../src/cli/terminal.ts";
import { linesOf, screen } from "./screen.ts";

const COUNTS = {
  work: { visible: 3, delayed: 1, inFlight: 2 },
  results: { visible: 50, delayed: 0, inFlight: 50 },
  letters: { visible: 1, delayed: 0, inFlight: 0 },
};
const NONE = { visible: 0, delayed: 0, inFlight: 0 };
const RESULTS = {
  name: "results",
  arn: "",
  url: "",
  visibilityTimeoutSeconds: 1,
  retentionSeconds: 1,
  delaySeconds: 0,
  receiveWaitSeconds: 0,
  redrive: null,
};

/** A terminal, and a clock on which time passes only when told. */
function fake(columns?: number) {
  const out = screen(columns);
  const shown = terminal(false, { stdout: out.stream, stderr: screen().stream });
  let now = 5000;
  let wake = Promise.withResolvers<void>();
  const clock = { now: () => now, sleep: () => wake.promise };
  async function pass(milliseconds: number): Promise<void> {
    now += milliseconds;
    wake.resolve();
    wake = Promise.withResolvers();
    await new Promise(setImmediate);
  }
  const lines = () => linesOf(out.read());
  return { terminal: shown, clock, pass, lines, out };
}

function live(columns?: number) {
  const parts = fake(columns);
  const progress = { done: 0, expected: 4, ended: 0 };
  const remove = liveLine({
    ...parts,
    pipeline: () => ({
      workQueues: ["work", "work", "results"],
      resultsQueue: RESULTS,
      places: { deadLetterQueues: ["letters"] },
    }),
    services: { count: (name) => new Map(Object.entries(COUNTS)).get(name) ?? NONE },
    progress: () => progress,
  });
  return { ...parts, progress, remove };
}

describe("the live line of a run", () => {
  it("has the messages of the pipeline's queues and the images of the last ten seconds", async () => {
    const { progress, pass, lines, remove } = live(100);
    await pass(2000);
    Object.assign(progress, { done: 1, ended: 10 });
    await pass(2000);
    await pass(20_000);
    remove();
    await pass(1000);
    expect(lines()).toEqual([
      "0 of 4 done; 4 waiting, 2 in flight, 1 dead letter; 0 images/min",
      "1 of 4 done; 4 waiting, 2 in flight, 1 dead letter; 2.5 images/s",
      "1 of 4 done; 4 waiting, 2 in flight, 1 dead letter; 0 images/min",
      "",
    ]);
  });

  it("stays below the lines of images", () => {
    const { terminal: shown, out, remove } = live(100);
    shown.result("processed a.jpg");
    remove();
    expect(linesOf(out.read())).toEqual([
      expect.stringMatching(/dead letter/),
      "processed a.jpg",
      expect.stringMatching(/^0 of 4 done/),
      "",
    ]);
  });

  it("is not written where no terminal is", async () => {
    const { out, pass, remove } = live();
    await pass(1000);
    remove();
    expect(out.read()).toBe("");
  });

  it("counts by the minute below an image a second, and leaves out a progress that is complete", () => {
    const numbers = { done: 4, expected: 4, waiting: 0, inFlight: 0, deadLetters: 0, perSecond: 0.4 };
    expect(toLiveLine(numbers)).toBe("0 waiting, 0 in flight, 0 dead letters; 24 images/min");
  });

  it("fits 80 columns with thousands of images", () => {
    const [done, expected, waiting, inFlight, deadLetters] = [8999, 9000, 9000, 100, 900];
    const line = toLiveLine({ done, expected, waiting, inFlight, deadLetters, perSecond: 99.9 });
    expect(line.length).toBeLessThan(80);
  });
});

describe("the spinner", () => {
  it("turns beside the step that runs, and goes away when the task ends", async () => {
    const { pass, lines, ...parts } = fake(80);
    const task = Promise.withResolvers<string>();
    let step = "building functions";
    const spinning = spinWhile(task.promise, () => step, parts);
    await pass(1000);
    step = "synthesising stacks";
    await pass(100);
    task.resolve("done");
    expect(await spinning).toBe("done");
    await pass(100);
    expect(lines()).toEqual([
      "⠋ building functions (0 s)",
      "⠙ building functions (1 s)",
      "⠹ synthesising stacks (1 s)",
      "",
    ]);
  });

  it("goes away when the task fails, which is told", async () => {
    const { lines, ...parts } = fake(80);
    await expect(spinWhile(Promise.reject(new Error("no")), () => "building", parts)).rejects.toThrow("no");
    expect(lines().at(-1)).toBe("");
  });

  it("writes nothing where no terminal is", async () => {
    const { out, ...parts } = fake();
    await spinWhile(Promise.resolve(), () => "building", parts);
    expect(out.read()).toBe("");
  });
});
