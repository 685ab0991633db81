import { imageUploaded } from "@image-pipeline/schema/events";
import { PipelineError } from "@image-pipeline/schema/processing";
import { aSource, recordingLogger } from "@image-pipeline/testing";
import { afterEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { lambdaEntry } from "../src/lambda-entry.ts";
import { runTask, taskFunction } from "../src/task-function.ts";
import { lambdaContext } from "./lambda-context.ts";

afterEach(() => vi.unstubAllEnvs());

const logger = recordingLogger();

test("runs a task with its input, its parts and the time that is left", async () => {
  vi.stubEnv("BUCKET", "b");
  const handler = taskFunction("copy", {
    service: "worker",
    environment: z.object({ BUCKET: z.string() }),
    parts: ({ BUCKET }) => ({ bucket: BUCKET }),
    run: async (input, { bucket, clock }) => [input, bucket, clock.remainingMilliseconds()],
  });
  expect(await handler({ a: 1 }, lambdaContext)).toEqual([{ a: 1 }, "b", 5_000]);
});

test("fails with a missing environment variable before the first task", async () => {
  const environment = z.object({ BUCKET: z.string() });
  const parts = () => ({});
  const handler = taskFunction("copy", { service: "worker", environment, parts, run: async () => 1 });
  expect(() => handler({}, lambdaContext)).toThrow("environment: BUCKET");
});

test("names an error of the pipeline by its code, which the state machine retries or catches by", async () => {
  const task = async () => {
    throw new PipelineError("STORE_DENIED", "no");
  };
  await expect(runTask("render", {}, logger, task)).rejects.toMatchObject({
    name: "STORE_DENIED",
    message: "no",
  });
});

test("leaves any other error as it is", async () => {
  const task = async () => {
    throw new TypeError("a bug");
  };
  await expect(runTask("render", {}, logger, task)).rejects.toThrow(TypeError);
});

test("logs its start and its error with the ids of the image and the execution", async () => {
  const lines = recordingLogger();
  const event = imageUploaded(aSource(), { time: "2026-01-05T12:00:00.000Z", correlationId: "request-1" });
  const task = async () => {
    throw new PipelineError("STORE_DENIED", "no");
  };
  const input = { job: { event }, execution: "arn:aws:states:us-east-1:1:execution:w:x" };
  await runTask("render", input, lines, task).catch(() => undefined);
  const fields = {
    key: aSource().key,
    correlationId: "request-1",
    execution: input.execution,
    task: "render",
  };
  expect(lines.lines).toMatchObject([
    { level: "info", message: "started a task of the workflow", fields },
    { level: "error", fields: { ...fields, code: "STORE_DENIED" } },
  ]);
});

test("builds the handler of the running function at the start, and any other at its first call", () => {
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
