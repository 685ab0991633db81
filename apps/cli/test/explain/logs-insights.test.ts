import { expect, test } from "vitest";
import { insightsLines } from "../../src/explain/logs-insights.ts";
import { awsStub } from "../aws-stub.ts";

const NOW = Date.parse("2026-01-05T12:10:00.000Z");
const clock = { now: () => NOW, sleep: async () => undefined };
const signal = new AbortController().signal;
const QUERY = {
  prefix: "image-pipeline-prod-",
  key: 'a "b".jpg',
  imageId: "i1",
  correlationIds: ["c1"],
  from: NOW - 60_000,
  clock,
  signal,
};
const LOGGED = { timestamp: "2026-01-05T12:09:30.000Z", level: "INFO", message: "started work on a message" };
const ROW = [
  { field: "@timestamp", value: "2026-01-05 12:09:30.000" },
  { field: "@message", value: JSON.stringify({ ...LOGGED, key: 'a "b".jpg' }) },
  { field: "@log", value: "111122223333:/aws/lambda/image-pipeline-prod-worker" },
];

test("finds an image's lines with one query that is bounded in time, and knows its price", async () => {
  const answers = ["Running", "Complete"];
  const { calls, settings } = await awsStub(({ operation }) => {
    if (operation === "DescribeLogGroups")
      return { logGroups: [{ logGroupName: "/aws/lambda/image-pipeline-prod-worker" }] };
    if (operation === "StartQuery") return { queryId: "q" };
    return { status: answers.shift(), results: [ROW], statistics: { bytesScanned: 2e9 } };
  });
  const found = await insightsLines({ ...QUERY, settings });
  expect(found).toMatchObject({ bytesScanned: 2e9, usd: 0.01, from: QUERY.from });
  expect(found.lines).toMatchObject([
    { function: "worker", message: LOGGED.message, time: LOGGED.timestamp },
  ]);
  const started = calls.filter(({ operation }) => operation === "StartQuery");
  expect(started).toMatchObject([
    {
      input: {
        logGroupNames: ["/aws/lambda/image-pipeline-prod-worker"],
        startTime: QUERY.from / 1000,
        endTime: NOW / 1000,
        queryString: expect.stringContaining(
          'filter key = "a \\"b\\".jpg" or imageId = "i1" or correlationId = "c1"',
        ),
      },
    },
  ]);
});

test("fails when the query fails", async () => {
  const { settings } = await awsStub(({ operation }) => {
    if (operation === "DescribeLogGroups") return { logGroups: [{ logGroupName: "g" }] };
    return operation === "StartQuery" ? { queryId: "q" } : { status: "Failed" };
  });
  await expect(insightsLines({ ...QUERY, settings })).rejects.toThrow("ended as Failed");
});
