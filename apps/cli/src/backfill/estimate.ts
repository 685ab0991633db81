import type { Pipeline } from "@image-pipeline/schema/config";
import { USD } from "@image-pipeline/schema/prices";
import { READS_PER_IMAGE } from "../s3-requests.ts";
import type { Plan } from "./plan.ts";

/** The default when no manifest has a time: a 12-megapixel photograph on one vCPU. */
const DEFAULT_SECONDS = 2;
/** A repeated result: the manifest is read, and the result is sent again. */
const REPEAT_SECONDS = 0.1;
/** Receive, delete, and empty receives. */
const SQS_REQUESTS = 3;

export interface Estimate {
  /** Until the last image is done, by the workers of the backfill lane. */
  seconds: number;
  usd: number;
  /** True when the time comes from this pipeline's own images. */
  isMeasured: boolean;
}

/** Estimates the time and cost of a plan. @param rate events per second */
export function toEstimate(
  { toPublish, toRender, secondsPerImage }: Pick<Plan, "toPublish" | "toRender" | "secondsPerImage">,
  pipeline: Pick<Pipeline, "presets" | "worker" | "backfill" | "architecture">,
  rate: number,
): Estimate {
  const { memoryMegabytes } = pipeline.worker;
  const repeats = toPublish - toRender;
  const workerSeconds = toRender * (secondsPerImage ?? DEFAULT_SECONDS) + repeats * REPEAT_SECONDS;
  const gigabyteSeconds = workerSeconds * (memoryMegabytes / 1024);
  const usd =
    gigabyteSeconds * USD.lambdaGigabyteSecond[pipeline.architecture] +
    toPublish * (USD.lambdaRequest + 2 * USD.snsPublish + SQS_REQUESTS * USD.sqsRequest + 2 * USD.s3Read) +
    toRender * (READS_PER_IMAGE * USD.s3Read + writesPerImage(pipeline) * USD.s3Write);
  return {
    seconds: Math.max(toPublish / rate, workerSeconds / pipeline.backfill.maximumConcurrency),
    usd,
    isMeasured: secondsPerImage !== null,
  };
}

/** Its renditions, a copy of each one that they supersede, the manifest, and a listing. */
function writesPerImage({ presets }: Pick<Pipeline, "presets">): number {
  const renditions = Object.values(presets).reduce((sum, { formats }) => sum + formats.length, 0);
  return 2 * renditions + 2;
}
