import type { Pipeline } from "@image-pipeline/schema/config";
import { estimateCapacity, modelOf } from "./capacity.ts";
import type { CapacityReport } from "./json.ts";
import { AWS } from "./quotas.ts";

const HOUR = 3600;
/** Share of a day's images that come in its busiest hour. */
const BUSIEST_HOUR = 0.1;
/** A minute of that hour's images comes at once. */
const BURST_MINUTES = 1;
/** Room above the mean load. */
const SPARE = 1.2;
/** Concurrent executions that the account may have. */
const ACCOUNT_CONCURRENCY = 10_000;

/** A day's load, with settings and environments that are enough for it. */
export interface DayLoad {
  imagesPerDay: number;
  imagesPerHour: number;
  /** Environments that share the load. */
  environments: number;
  maximumConcurrency: number;
  /** The parts into which S3 must have divided the prefix of the renditions. */
  s3Partitions: number;
  /** The answer for the busiest hour of one environment. */
  report: CapacityReport;
}

/** @param burstMinutes the minutes of the busiest hour whose images come at once */
export function dayLoad(pipeline: Pipeline, imagesPerDay: number, burstMinutes = BURST_MINUTES): DayLoad {
  const imagesPerHour = imagesPerDay * BUSIEST_HOUR;
  const { work } = modelOf(pipeline, { accountConcurrency: ACCOUNT_CONCURRENCY }, 0);
  const executions = (SPARE * imagesPerHour * work.seconds.worker) / HOUR;
  const environments = Math.ceil(executions / AWS.pollers.most);
  const perHour = imagesPerHour / environments;
  const writesPerSecond = (perHour / HOUR) * (work.estimate.work.renditions + 1);
  const s3Partitions = Math.ceil((SPARE * writesPerSecond) / AWS.s3WritesPerSecond);
  const shipped = pipeline.worker.maximumConcurrency;
  const maximumConcurrency = Math.max(shipped, Math.ceil(executions / environments));
  const report = estimateCapacity(
    { ...pipeline, worker: { ...pipeline.worker, maximumConcurrency } },
    {
      imagesPerHour: perHour,
      burst: Math.round((perHour / 60) * burstMinutes),
      accountConcurrency: ACCOUNT_CONCURRENCY,
      s3Partitions,
    },
  );
  return { imagesPerDay, imagesPerHour, environments, maximumConcurrency, s3Partitions, report };
}

const IMAGES_PER_DAY = [1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7, 3e7, 1e8] as const;

/** Returns the loads of docs/scale.md. */
export function dayLoads(pipeline: Pipeline): DayLoad[] {
  return IMAGES_PER_DAY.map((imagesPerDay) => dayLoad(pipeline, imagesPerDay));
}
