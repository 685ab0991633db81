import { definePipeline, pipelineFor } from "@image-pipeline/schema/config";
import { toNames } from "@image-pipeline/schema/names";
import { expect, test } from "vitest";
import * as z from "zod";
import { readUsage } from "../../src/cost/actual-usage.ts";
import { readMonth } from "../../src/cost/this-month.ts";
import { awsStub } from "../aws-stub.ts";

const pipeline = pipelineFor(
  definePipeline({
    presets: { thumb: { width: 160, formats: ["avif"] } },
    worker: { memoryMegabytes: 1024 },
    environments: { dev: {} },
  }),
  "dev",
);
const Query = z.object({
  Id: z.string(),
  MetricStat: z.object({
    Metric: z.object({ MetricName: z.string(), Dimensions: z.array(z.looseObject({})) }),
  }),
});
const NOW = Date.parse("2026-02-01T00:00:00.000Z");

/** Daily values by the name of a metric and the end of its dimension's value. */
async function deployedWith(values: Record<string, number[]>) {
  const { calls, settings } = await awsStub(({ input }) => ({
    MetricDataResults: z
      .array(Query)
      .parse(input.MetricDataQueries)
      .map(({ Id, MetricStat }) => {
        const { MetricName, Dimensions } = MetricStat.Metric;
        const name = Object.keys(values).find((key) =>
          `${MetricName} ${JSON.stringify(Dimensions)}`.match(key),
        );
        return { Id, Values: name === undefined ? [] : values[name] };
      }),
  }));
  const connection = {
    ...{ pipeline, names: toNames(pipeline), accountId: "111122223333", description: "dev" },
    client: settings,
  };
  return { calls, connection };
}
async function usageOf(values: Record<string, number[]>) {
  const { calls, connection } = await deployedWith(values);
  return { calls, usage: await readUsage(connection, { now: () => NOW }) };
}
const partsOf = ({ perMillion }: Awaited<ReturnType<typeof usageOf>>["usage"]) =>
  Object.fromEntries(perMillion.parts.map(({ part, usd }) => [part, Number(usd.toFixed(2))]));

test("turns the metrics of 30 days into the price of a million images", async () => {
  const { usage, calls } = await usageOf({
    "ImagesProcessed.*-worker": [60_000, 30_000],
    "ImagesRejected.*-worker": [10_000],
    "^Duration.*-worker": [50_000_000],
    "Invocations.*-(worker|ingest)": [100_000],
    NumberOfMessagesPublished: [100_000],
    "NumberOfMessages.*-renditions": [100_000],
    "IncomingBytes.*-worker": [1e9],
    BucketSizeBytes: Array.from({ length: 30 }, () => 2e9),
  });
  expect(usage.images).toBe(100_000);
  // 50,000 s with 1 GB, and 200,000 invocations; 200,000 messages; 300,000 requests; 1 GB: ten times that for a million.
  expect(partsOf(usage)).toMatchObject({ "Lambda, all functions": 7.07, SNS: 1, SQS: 1.2, logs: 5 });
  expect(usage.storagePerMonth).toEqual({ gigabytes: 2, usd: 0.046 });
  expect(calls[0]?.input).toMatchObject({ StartTime: NOW / 1000 - 30 * 86_400, EndTime: NOW / 1000 });
});

test("reports no price without images", async () => {
  const { usage } = await usageOf({ NumberOfEmptyReceives: [1000] });
  expect(usage).toMatchObject({ images: 0, perMillion: { usd: 0 } });
});

test("reads this month alone, for 1,000 images, and forecasts its end", async () => {
  const { calls, connection } = await deployedWith({
    "ImagesProcessed.*-worker": [10_000],
    NumberOfMessagesPublished: [20_000],
  });
  const now = Date.parse("2026-02-08T00:00:00.000Z");
  const month = await readMonth(connection, { now: () => now });
  expect(month).toMatchObject({
    from: "2026-02-01T00:00:00.000Z",
    images: 10_000,
    forecast: { images: 40_000 },
  });
  expect(month.forecast.usd).toBeCloseTo(4 * month.usd);
  expect(month.usd).toBeCloseTo(10 * month.perThousand.usd);
  expect(calls[0]?.input).toMatchObject({ StartTime: Date.parse(month.from) / 1000, EndTime: now / 1000 });
});

test("forecasts from a whole day at least", async () => {
  const { connection } = await deployedWith({ "ImagesProcessed.*-worker": [100] });
  const month = await readMonth(connection, { now: () => Date.parse("2026-02-01T01:00:00.000Z") });
  expect(month.forecast.images).toBe(2800);
});
