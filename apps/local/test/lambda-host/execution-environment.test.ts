import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { executionEnvironment } from "../../src/lambda-host/execution-environment.ts";

const LAMBDA = { arn: "arn:aws:lambda:us-east-1:000000000000:function:worker", timeoutSeconds: 60 };
const HOUR = 60 * 60 * 1000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An invocation under way for an hour. */
async function anHourOf(options: { isTimed?: boolean }) {
  const kill = vi.fn();
  const environment = executionEnvironment(LAMBDA, kill, options);
  const outcome = environment.invoke("{}");
  const { requestId, deadline } = await environment.next();
  const leftMilliseconds = deadline - Date.now();
  vi.advanceTimersByTime(HOUR);
  environment.answered(requestId, "1");
  return { outcome: await outcome, kills: kill.mock.calls.length, leftMilliseconds };
}

it("kills a function that exceeds its timeout", async () => {
  const { outcome, kills, leftMilliseconds } = await anHourOf({});
  expect(outcome).toMatchObject({ ok: false, error: { errorType: "Sandbox.Timedout" } });
  expect([kills, leftMilliseconds]).toEqual([1, 60_000]);
});

it("suspends the timeout while a debugger may stop the function", async () => {
  const { outcome, kills, leftMilliseconds } = await anHourOf({ isTimed: false });
  expect([outcome, kills]).toEqual([{ ok: true, payload: 1 }, 0]);
  expect(leftMilliseconds).toBeGreaterThan(HOUR);
});
