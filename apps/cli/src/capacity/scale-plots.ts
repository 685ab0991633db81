import type { Pipeline } from "@image-pipeline/schema/config";
import { estimateCost } from "../cost/estimate-cost.ts";
import { toCount, toDuration } from "../terminal/units.ts";
import { modelOf } from "./capacity.ts";
import { type DayLoad, dayLoad } from "./day-loads.ts";
import { type Axis, drawPlot, type Plot } from "./draw-plot.ts";
import { AWS } from "./quotas.ts";
import { simulate } from "./simulate.ts";

const BURSTS = [1000, 3000, 10_000, 30_000, 100_000] as const;
/** Uploads per second of all other tenants, in the plot of tenants. */
const OTHERS_PER_SECOND = 0.5;
export const BACKFILL_IMAGES = 100_000_000;
const HOUR = 3600;

const amounts = (...values: readonly number[]) => values.map((at) => ({ at, text: toShort(at) }));
const times = (...values: readonly number[]) =>
  values.map((at) => ({ at, text: toDuration(at).replace(/ 0[smh]$/, "") }));
const logarithmic = (label: string, ticks: Axis["ticks"]): Axis => ({ label, isLogarithmic: true, ticks });
const IMAGES_A_DAY = logarithmic("images a day", amounts(1e3, 1e4, 1e5, 1e6, 1e7, 1e8));

/** Returns the plots of docs/scale.md by the names of their files. */
export function scalePlots(pipeline: Pipeline, loads: readonly DayLoad[]): Record<string, string> {
  const plots = {
    dwell: dwell(pipeline, loads),
    executions: executions(loads),
    price: price(pipeline),
    tenants: tenants(pipeline),
    backfill: backfill(pipeline),
  };
  return Object.fromEntries(Object.entries(plots).map(([name, plot]) => [`${name}.svg`, drawPlot(plot)]));
}

function dwell(pipeline: Pipeline, loads: readonly DayLoad[]): Plot {
  const even = loads.map(({ imagesPerDay }) => dayLoad(pipeline, imagesPerDay, 0));
  const of = (some: readonly DayLoad[], quantile: "p50" | "p99") =>
    some.map(({ imagesPerDay: x, report }) => ({ x, y: report.dwellSeconds[quantile] }));
  return {
    title: "Time from an upload to its manifest, in the busiest hour",
    x: IMAGES_A_DAY,
    y: logarithmic(
      "",
      times(0.5, 1, 2, 5, 10, 30, 60, 120, 300).map((tick, index) =>
        index === 0 ? { ...tick, text: "0.5s" } : tick,
      ),
    ),
    series: [
      { name: "half of the images", points: of(loads, "p50") },
      { name: "99 %", points: of(loads, "p99") },
      { name: "99 %, without a burst", points: of(even, "p99"), isDashed: true },
    ],
  };
}

function executions(loads: readonly DayLoad[]): Plot {
  const of = (name: string) =>
    loads.map(({ imagesPerDay: x, environments, report }) => ({
      x,
      y: environments * (report.executions[name] ?? 1),
    }));
  const [first, last] = [loads[0]?.imagesPerDay ?? 1, loads.at(-1)?.imagesPerDay ?? 1];
  const level = (y: number) => [
    { x: first, y },
    { x: last, y },
  ];
  return {
    title: "Concurrent executions at most, in the busiest hour",
    x: IMAGES_A_DAY,
    y: logarithmic("", amounts(1, 10, 100, 1000, 10_000)),
    series: [
      { name: "worker", points: of("worker") },
      { name: "ingest", points: of("ingest") },
      { name: "an account's default quota", points: level(AWS.concurrentExecutions), isDashed: true },
    ],
  };
}

/** The whole price, and the parts that have the largest share of it. */
function price(pipeline: Pipeline): Plot {
  const { usd, parts } = estimateCost(pipeline).perMillion;
  const largest = parts.toSorted((a, b) => b.usd - a.usd).slice(0, 3);
  const days = IMAGES_A_DAY.ticks.map(({ at }) => at);
  return {
    title: `Price of a day, at ${usd.toFixed(0)} USD for a million images`,
    x: IMAGES_A_DAY,
    y: logarithmic(
      "USD",
      [0.001, 0.01, 0.1, 1, 10, 100, 1000, 10_000].map((at) => ({
        at,
        text: at < 1 ? String(at) : toShort(at),
      })),
    ),
    series: [{ part: "all parts", usd }, ...largest].map((one) => ({
      name: one.part,
      points: days.map((x) => ({ x, y: (x * one.usd) / 1e6 })),
    })),
  };
}

/** The images of other tenants, while one uploads a burst. */
function tenants(pipeline: Pipeline): Plot {
  const { stages } = modelOf(pipeline, { accountConcurrency: AWS.concurrentExecutions }, OTHERS_PER_SECOND);
  const of = (isFair: boolean) =>
    BURSTS.map((burst) => {
      const seconds = 60 + burst / 10;
      const arrivals = {
        burst,
        burstPerSecond: AWS.s3WritesPerSecond,
        perSecond: OTHERS_PER_SECOND,
        seconds,
      };
      return {
        x: burst,
        y: simulate(
          arrivals,
          stages.map((stage) => ({ ...stage, isFair })),
        ).othersDwell.p99,
      };
    });
  return {
    title: `Other tenants' images (99 %), with ${pipeline.worker.maximumConcurrency} executions`,
    x: logarithmic("images that one tenant uploads at once", amounts(1e3, 1e4, 1e5)),
    y: logarithmic("", times(1, 10, 60, 600, 3600, 10_800)),
    series: [
      { name: "in order of arrival", points: of(false) },
      { name: "a message group for each tenant", points: of(true) },
    ],
  };
}

function backfill(pipeline: Pipeline): Plot {
  const of = (s3Partitions: number) =>
    [50, 100, 200, 300, 340, 400, 500, 700, 1000].map((executions) => ({
      x: executions,
      y: backfillHours(pipeline, executions, s3Partitions),
    }));
  return {
    title: "A backfill of 100 million images",
    x: logarithmic("backfill.maximumConcurrency", amounts(50, 100, 200, 500, 1000)),
    y: logarithmic(
      "",
      [12, 24, 48, 96, 192, 384, 768].map((at) => ({
        at,
        text: at < 48 ? `${at} hours` : `${at / 24} days`,
      })),
    ),
    series: [
      { name: "before S3 divides renditions/", points: of(1), isDashed: true },
      { name: "once it is in four parts", points: of(4) },
    ],
  };
}

/** Returns the hours for a backfill of 100 million images. */
export function backfillHours(pipeline: Pipeline, executions: number, s3Partitions: number): number {
  const { work } = modelOf(pipeline, { accountConcurrency: AWS.concurrentExecutions, s3Partitions }, 0);
  const perSecond = Math.min(executions / work.seconds.worker, s3Rate(pipeline) * s3Partitions);
  return BACKFILL_IMAGES / perSecond / HOUR;
}

/** Returns the images per second that S3's writes below one prefix allow. */
export function s3Rate(pipeline: Pipeline): number {
  const { work } = modelOf(pipeline, { accountConcurrency: AWS.concurrentExecutions }, 0);
  return AWS.s3WritesPerSecond / (work.estimate.work.renditions + 1);
}

/** `300`, `10 k`, `3 M` */
function toShort(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`;
  return value >= 10_000 ? `${value / 1000} k` : toCount(value);
}
