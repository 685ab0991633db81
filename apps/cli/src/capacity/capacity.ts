import { firstPipeline, type Pipeline } from "@image-pipeline/schema/config";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { environmentOf } from "../connection/connect.ts";
import { estimateCost } from "../cost/estimate-cost.ts";
import { storedMeasurement } from "../cost/measurement.ts";
import { toLoad } from "../plan-review/cost/load.ts";
import type { Context } from "../program/context.ts";
import { DONE, FOUND_OR_FAILED } from "../program/exit-codes.ts";
import { toTable } from "../terminal/table.ts";
import { toCount, toDuration } from "../terminal/units.ts";
import type { CapacityReport } from "./json.ts";
import { AWS, type Limit, limitsOf, type Work } from "./quotas.ts";
import { type Stage, simulate } from "./simulate.ts";

const HOUR = 3600;
/** CPU time of a cold start, from `npx pipeline bench cold` (docs/performance.md), doubled for the start of the environment. */
const COLD_MILLISECONDS = { ingest: 250, worker: 700, analyzer: 700 };
/** The time of an image in the queues between two functions: SNS to SQS, and a poll. */
const HOP_MILLISECONDS = 60;
/** Share of the images that another service throttles or fails once, and the time until SQS gives them again. */
const RETRIES = { share: 0.001, seconds: 30 };

export interface Question {
  imagesPerHour: number;
  burst: number;
  accountConcurrency: number;
  /** The parts into which S3 has divided a prefix as its load grew (default: 1). */
  s3Partitions?: number | undefined;
}

export interface CapacityOptions extends Question {
  environment?: string | undefined;
  json?: boolean | undefined;
}

/** Reports how long images would take and which limit a load reaches first. @throws {UserFault} for an unknown environment, or no load */
export async function capacity(options: CapacityOptions, context: Context): Promise<number> {
  const pipelines = await context.pipelines();
  const { environment, json = false } = options;
  if (options.imagesPerHour + options.burst === 0)
    throw new UserFault("nothing is uploaded: give --images-per-hour or --burst", USAGE);
  const pipeline =
    environment === undefined ? firstPipeline(pipelines) : environmentOf(pipelines, environment);
  const report = estimateCapacity(pipeline, options);
  if (json) context.terminal.json(report);
  else context.terminal.out(toLines(report));
  return report.isSustainable ? DONE : FOUND_OR_FAILED;
}

/** Returns the times, prices and stages of the model for an environment's settings. @param perSecond images that are uploaded per second */
export function modelOf(
  pipeline: Pipeline,
  { accountConcurrency, s3Partitions = 1 }: Pick<Question, "accountConcurrency" | "s3Partitions">,
  perSecond: number,
): { work: Work; stages: Stage[] } {
  const estimate = estimateCost(pipeline);
  const measurement = storedMeasurement();
  const seconds = {
    ingest: (measurement.ingest.cpuMilliseconds + measurement.ingest.roundTrips * 25) / 1000,
    worker: estimate.work.billedMilliseconds / 1000,
    analyzer: toLoad(pipeline).analyzerSecondsPerImage,
  };
  const work: Work = { estimate, measurement, accountConcurrency, s3Partitions, seconds };
  return { work, stages: stagesOf(pipeline, work, perSecond) };
}

/** Simulates an hour of uploads after a burst, for the settings of an environment and AWS's default quotas. */
export function estimateCapacity(pipeline: Pipeline, question: Question): CapacityReport {
  const { imagesPerHour, burst, accountConcurrency, s3Partitions = 1 } = question;
  const rate = imagesPerHour / HOUR;
  const { work, stages } = modelOf(pipeline, question, rate);
  const { estimate, seconds } = work;
  const limits = limitsOf(pipeline, work);
  const isSustainable = limits.every(({ imagesPerSecond }) => imagesPerSecond >= rate);
  const { dwell, ends, executions } = simulate(
    { burst, burstPerSecond: AWS.s3WritesPerSecond * s3Partitions, perSecond: rate, seconds: HOUR },
    stages,
  );
  const usd = estimate.perMillion.usd / 1e6;
  return {
    environment: pipeline.environment,
    region: pipeline.region,
    imagesPerHour,
    burst,
    isSustainable,
    dwellSeconds: dwell,
    drainedAfterSeconds: ends,
    executions,
    limits: limits.map((limit) => toLimit(limit, rate)),
    price: { usdPerHour: usd * imagesPerHour, usdPerMillion: usd * 1e6, burstUsd: usd * burst },
    assumed: {
      workerMilliseconds: Math.round(seconds.worker * 1000),
      ingestMilliseconds: Math.round(seconds.ingest * 1000),
      analyzerMilliseconds: pipeline.analysis.enabled ? Math.round(seconds.analyzer * 1000) : null,
      accountConcurrency,
    },
  };
}

/** The functions share the account's executions: each may have what the others do not need on average. */
function stagesOf(
  pipeline: Pipeline,
  { seconds, accountConcurrency, s3Partitions, estimate }: Work,
  rate: number,
): Stage[] {
  const { worker, analysis, region } = pipeline;
  const left = Math.max(1, Math.floor(accountConcurrency - rate * seconds.ingest));
  const ofQueue = (maximumConcurrency: number) => ({
    initial: AWS.pollers.initial,
    perSecond: AWS.pollers.perMinute / 60,
    most: Math.min(maximumConcurrency, AWS.pollers.most, left),
  });
  const stage = (
    name: keyof Work["seconds"],
    more: Omit<Stage, "name" | "milliseconds" | "coldMilliseconds" | "retries">,
  ): Stage => ({
    name,
    milliseconds: seconds[name] * 1000,
    hopMilliseconds: name === "ingest" ? 0 : HOP_MILLISECONDS,
    coldMilliseconds: COLD_MILLISECONDS[name],
    retries: RETRIES,
    ...more,
  });
  return [
    stage("ingest", {
      batch: 1,
      scaling: {
        initial: Math.min(accountConcurrency, AWS.executionsPer10Seconds),
        perSecond: AWS.executionsPer10Seconds / 10,
        most: accountConcurrency,
      },
      quotaPerSecond: AWS.snsPerSecond(region),
    }),
    stage("worker", {
      batch: worker.batchSize,
      scaling: ofQueue(worker.maximumConcurrency),
      quotaPerSecond: (AWS.s3WritesPerSecond * s3Partitions) / (estimate.work.renditions + 1),
    }),
    ...(analysis.enabled
      ? [
          stage("analyzer", {
            batch: 1,
            scaling: ofQueue(analysis.maximumConcurrency),
            quotaPerSecond: AWS.rekognitionPerSecond(region) / toLoad(pipeline).rekognitionCallsPerImage,
          }),
        ]
      : []),
  ];
}

function toLimit({ limit, imagesPerSecond, perImage, remedy, source }: Limit, rate: number) {
  return {
    limit,
    imagesPerHour: Math.floor(imagesPerSecond * HOUR),
    isReached: imagesPerSecond < rate,
    remedy: remedy.replace("{needed}", toCount(Math.ceil(1.2 * rate * perImage))),
    source,
  };
}

function toLines(report: CapacityReport): string[] {
  const { environment, region, imagesPerHour, burst, dwellSeconds, executions, price, limits, assumed } =
    report;
  const reached = limits.filter(({ isReached }) => isReached);
  const rows = limits.map(({ limit, imagesPerHour: at, isReached, remedy }) => [
    limit,
    toCount(at),
    isReached ? remedy : "",
  ]);
  return [
    `${toCount(imagesPerHour)} images an hour and a burst of ${toCount(burst)} at its start, with the settings of ${environment} in ${region}`,
    "",
    ...(report.isSustainable
      ? [
          `dwell: half of the images within ${toDuration(dwellSeconds.p50)}, 99 % within ${toDuration(dwellSeconds.p99)}`,
          `the last image of the hour is ready after ${toDuration(report.drainedAfterSeconds)}`,
        ]
      : [
          `too much: ${reached[0]?.limit} is reached, and the queue grows for as long as the images come`,
          `the images of one hour are ready after ${toDuration(report.drainedAfterSeconds)}`,
        ]),
    `executions at most: ${Object.entries(executions)
      .map(([name, count]) => `${name} ${toCount(count)}`)
      .join(", ")}`,
    `price: ${price.usdPerHour.toFixed(2)} USD an hour${burst > 0 ? `, and ${price.burstUsd.toFixed(2)} USD for the burst` : ""}`,
    "",
    ...toTable([["limit, the first to be reached first", "images an hour", "what to do"], ...rows], [1]),
    "",
    `for ${assumed.workerMilliseconds} ms of the worker for an image and ${toCount(assumed.accountConcurrency)} concurrent executions of the account; see docs/scale.md`,
  ];
}
