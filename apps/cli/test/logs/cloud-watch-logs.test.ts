import { expect, test } from "vitest";
import { cloudWatchLogs } from "../../src/logs/cloud-watch-logs.ts";
import { awsStub } from "../aws-stub.ts";

const SINCE = Date.parse("2026-01-01T11:00:00.000Z");
const at = (time: string) => Date.parse(`2026-01-01T${time}.000Z`);
const logged = (time: string, key: string) =>
  JSON.stringify({
    timestamp: `2026-01-01T${time}.000Z`,
    level: "INFO",
    message: "rendered the upload",
    key,
  });

test("reads every function's log group from a time on, and each event once", async () => {
  const events = [
    { eventId: "1", timestamp: at("11:30:00"), message: logged("11:30:00", "a.jpg") },
    { eventId: "2", timestamp: at("11:30:01"), message: "START RequestId: 1\n" },
    { eventId: "3", timestamp: at("11:30:02"), message: '{"_aws":{"Timestamp":1}}' },
  ];
  const { calls, settings } = await awsStub(({ operation }) =>
    operation === "DescribeLogGroups"
      ? { logGroups: [{ logGroupName: "/aws/lambda/image-pipeline-prod-worker" }] }
      : { events },
  );
  const source = cloudWatchLogs({
    settings,
    prefix: "image-pipeline-prod-",
    since: SINCE,
    key: 'photos/a "b".jpg',
  });
  const first = await source.next();
  const second = await source.next();
  source.close();
  expect(first).toEqual([
    {
      time: "2026-01-01T11:30:00.000Z",
      function: "worker",
      level: "INFO",
      message: "rendered the upload",
      fields: { key: "a.jpg" },
    },
    {
      time: "2026-01-01T11:30:01.000Z",
      function: "worker",
      level: null,
      message: "START RequestId: 1",
      fields: {},
    },
  ]);
  expect(second).toEqual([]);
  expect(calls.slice(0, 2)).toEqual([
    { operation: "DescribeLogGroups", input: { logGroupNamePrefix: "/aws/lambda/image-pipeline-prod-" } },
    {
      operation: "FilterLogEvents",
      input: {
        logGroupName: "/aws/lambda/image-pipeline-prod-worker",
        startTime: SINCE,
        filterPattern: '"photos/a \\"b\\".jpg"',
      },
    },
  ]);
  expect(calls[3]?.input.startTime).toBe(at("11:29:31"));
});
