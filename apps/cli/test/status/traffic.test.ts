import { describe, expect, it } from "vitest";
import { cloudWatchTraffic, comparison } from "../../src/status/traffic.ts";
import { awsStub } from "../aws-stub.ts";

describe("the rates of a local queue", () => {
  const reading = (sent: number, deleted: number, queue = "a") =>
    new Map([[queue, { counts: { sent, received: deleted, deleted } }]]);

  it("are what was sent and deleted since the oldest reading of the last minute, though its depth is steady", () => {
    const compare = comparison();
    const readings = [
      { seconds: 0, count: 100 },
      { seconds: 1, count: 101 },
      { seconds: 30, count: 160 },
      { seconds: 60, count: 220 },
      { seconds: 90, count: 190 + 60 },
    ];
    const rates = readings.map(({ seconds, count }) =>
      compare(reading(count, count - 7), seconds * 1000).get("a"),
    );
    expect(rates).toEqual([
      undefined,
      undefined,
      { sent: 120, deleted: 120 },
      { sent: 120, deleted: 120 },
      { sent: 90, deleted: 90 },
    ]);
  });

  it("are unknown for a queue that is new, and after its runtime was started again", () => {
    const compare = comparison();
    compare(reading(50, 50), 0);
    expect(compare(reading(1, 1, "b"), 10_000).get("b")).toBeUndefined();
    expect(compare(reading(3, 3), 20_000).get("a")).toBeUndefined();
  });
});

it("reads the messages that were sent and deleted in the last minute from CloudWatch, in one request", async () => {
  const { calls, settings } = await awsStub(() => ({
    MetricDataResults: [
      { Id: "sent0", Values: [120, 60] },
      { Id: "deleted0", Values: [90] },
      { Id: "sent1", Values: [] },
    ],
  }));
  const traffic = cloudWatchTraffic(settings, { now: () => Date.parse("2026-01-01T12:00:00.000Z") });
  expect(await traffic(["renditions", "backfill"])).toEqual(
    new Map([
      ["renditions", { sent: 120, deleted: 90 }],
      ["backfill", { sent: 0, deleted: 0 }],
    ]),
  );
  const metric = (MetricName: string, QueueName: string) => ({
    MetricStat: {
      Metric: { Namespace: "AWS/SQS", MetricName, Dimensions: [{ Name: "QueueName", Value: QueueName }] },
      Period: 60,
      Stat: "Sum",
    },
  });
  expect(calls).toMatchObject([
    {
      operation: "GetMetricData",
      input: {
        MetricDataQueries: [
          metric("NumberOfMessagesSent", "renditions"),
          metric("NumberOfMessagesDeleted", "renditions"),
          metric("NumberOfMessagesSent", "backfill"),
          metric("NumberOfMessagesDeleted", "backfill"),
        ],
      },
    },
  ]);
});
