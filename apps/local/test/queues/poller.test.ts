import { expect, it } from "vitest";
import { startPoller } from "../../src/queues/poller.ts";

/** Runs rounds that fail with these errors (null: that succeed), and returns the errors that were reported. */
async function reportsOf(errors: readonly (string | null)[]): Promise<string[]> {
  const reports: string[] = [];
  const left = [...errors];
  const over = Promise.withResolvers<void>();
  const poller = startPoller(
    async (signal) => {
      const error = left.shift();
      if (error) throw new Error(error);
      if (error === null) return;
      over.resolve();
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    },
    {
      concurrency: 1,
      clock: { now: () => 0, sleep: async () => {} },
      onError: (error) => void reports.push(String(error)),
    },
  );
  await over.promise;
  await poller.stop();
  return reports;
}

it("reports an error that repeats once", async () => {
  expect(await reportsOf(Array.from({ length: 96 }, () => "no answer"))).toEqual(["Error: no answer"]);
});

it("reports another error, and the same one again after a round that succeeded", async () => {
  expect(await reportsOf(["a", "b", "a", null, "a"])).toEqual(["Error: a", "Error: b", "Error: a"]);
});
