import { expect, test } from "vitest";
import { cloudWatchAges } from "../../src/status/oldest-ages.ts";
import { awsStub } from "../aws-stub.ts";

test("reads the latest age of every queue from CloudWatch in one request, and none for an empty queue", async () => {
  const { calls, settings } = await awsStub(() => ({
    MetricDataResults: [
      { Id: "q0", Values: [95, 35] },
      { Id: "q1", Values: [0] },
      { Id: "q2", Values: [] },
    ],
  }));
  const ages = cloudWatchAges(settings, { now: () => Date.parse("2026-01-01T12:00:00.000Z") });
  const found = await ages(["renditions", "renditions-dlq", "backfill"]);
  expect(found).toEqual(new Map([["renditions", 95]]));
  expect(calls).toMatchObject([
    {
      operation: "GetMetricData",
      input: {
        ScanBy: "TimestampDescending",
        MetricDataQueries: [
          {
            Id: "q0",
            MetricStat: {
              Metric: {
                Namespace: "AWS/SQS",
                MetricName: "ApproximateAgeOfOldestMessage",
                Dimensions: [{ Name: "QueueName", Value: "renditions" }],
              },
              Stat: "Maximum",
            },
          },
          { Id: "q1" },
          { Id: "q2" },
        ],
      },
    },
  ]);
});
