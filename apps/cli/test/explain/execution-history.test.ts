import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { executionLines, toHistoryLines } from "../../src/explain/execution-history.ts";
import { toLogLine } from "../../src/logs/log-line.ts";
import { awsStub } from "../aws-stub.ts";

const EXECUTION = "arn:aws:states:us-east-1:111122223333:execution:image-pipeline-prod-workflow:x";
const START = Date.parse("2026-01-05T12:00:00.000Z");
const event = (
  [id, previousEventId, seconds]: [number, number, number],
  type: HistoryEvent["type"],
  fields: Partial<HistoryEvent> = {},
): HistoryEvent => ({ id, previousEventId, type, timestamp: new Date(START + seconds * 1000), ...fields });
const entered = (name: string) => ({ stateEnteredEventDetails: { name } });
const failed = (error: string) => ({ resourceType: "lambda", resource: "invoke", error });

/** Two branches, as AWS numbers their events: each leads back to its own state. */
const HISTORY: HistoryEvent[] = [
  event([1, 0, 0], "ExecutionStarted"),
  event([2, 0, 0], "ParallelStateEntered", entered("Work")),
  event([3, 2, 0], "ParallelStateStarted"),
  event([4, 3, 0], "TaskStateEntered", entered("Render")),
  event([5, 3, 0], "TaskStateEntered", entered("Analyse")),
  event([6, 4, 1], "TaskScheduled"),
  event([7, 5, 1], "TaskScheduled"),
  event([8, 6, 1], "TaskStarted"),
  event([9, 7, 1], "TaskStarted"),
  event([10, 8, 3], "TaskFailed", { taskFailedEventDetails: failed("STORE_UNAVAILABLE") }),
  event([11, 9, 4], "TaskSucceeded"),
  event([12, 10, 6], "TaskScheduled"),
  event([13, 12, 6], "TaskStarted"),
  event([14, 13, 36], "TaskTimedOut"),
  event([15, 14, 36], "ExecutionFailed", { executionFailedEventDetails: { error: "IMAGE_FAILED" } }),
];

test("tells each attempt of each step of an execution, with its time and its error", () => {
  const lines = toHistoryLines(EXECUTION, HISTORY);
  expect(lines.map(({ message, fields }) => [message, fields.state, fields.milliseconds])).toEqual([
    ["Render failed with STORE_UNAVAILABLE", "Render", 2000],
    ["Analyse succeeded", "Analyse", 3000],
    ["Render failed with States.Timeout", "Render", 30_000],
    ["the execution failed with IMAGE_FAILED", null, 36_000],
  ]);
  expect(lines[0]).toMatchObject({
    time: "2026-01-05T12:00:03.000Z",
    function: "workflow",
    level: "ERROR",
    fields: { execution: EXECUTION, code: "STORE_UNAVAILABLE" },
  });
});

test("reads the history of each execution that a line names, once, without its data", async () => {
  const { calls, settings } = await awsStub(() => ({
    events: [{ id: 1, type: "ExecutionSucceeded", timestamp: 1 }],
  }));
  const line = toLogLine(
    "worker",
    JSON.stringify({ message: "started a task of the workflow", execution: EXECUTION }),
  );
  expect(await executionLines(settings, [line, line])).toMatchObject([
    { message: "the execution succeeded" },
  ]);
  expect(calls).toMatchObject([
    { operation: "GetExecutionHistory", input: { executionArn: EXECUTION, includeExecutionData: false } },
  ]);
});

test("asks nothing about an image without a workflow", async () => {
  const { calls, settings } = await awsStub(() => ({}));
  expect([await executionLines(settings, []), calls]).toEqual([[], []]);
});
