import { afterEach, expect, test, vi } from "vitest";
import { lambdaEntry, PipelineError, workflowHandler } from "../src/index.ts";

afterEach(() => vi.unstubAllEnvs());

const logger = { addContext: () => undefined, error: () => undefined };
const context = {
  callbackWaitsForEmptyEventLoop: true,
  functionName: "f",
  functionVersion: "1",
  invokedFunctionArn: "arn",
  memoryLimitInMB: "128",
  awsRequestId: "r",
  logGroupName: "g",
  logStreamName: "s",
  getRemainingTimeInMillis: () => 5_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

test("a task has its input and the time that is left, and its answer is the handler's", async () => {
  const handler = workflowHandler(logger, async (input, clock) => [input, clock.remainingMilliseconds()]);
  expect(await handler({ a: 1 }, context)).toEqual([{ a: 1 }, 5_000]);
});

test("an error of ours bears its code for a name, which is what a state machine goes by", async () => {
  const handler = workflowHandler(logger, async () => {
    throw new PipelineError("STORE_DENIED", "no");
  });
  await expect(handler({}, context)).rejects.toMatchObject({ name: "STORE_DENIED", message: "no" });
});

test("an error that nobody knows stays what it is", async () => {
  const handler = workflowHandler(logger, async () => {
    throw new TypeError("a fault of ours");
  });
  await expect(handler({}, context)).rejects.toThrow(TypeError);
});

test("an entry is built at the start of its own function, and at its first call in any other", () => {
  const built: string[] = [];
  const entry = (name: string) =>
    lambdaEntry(name, () => {
      built.push(name);
      return (by: number) => by + 1;
    });
  vi.stubEnv("_HANDLER", "index.one");
  const [one, other] = [entry("one"), entry("other")];
  expect(built).toEqual(["one"]);
  expect([one(1), one(2), other(3)]).toEqual([2, 3, 4]);
  expect(built).toEqual(["one", "other"]);
});
