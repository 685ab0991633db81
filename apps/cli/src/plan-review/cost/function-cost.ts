import { FUNCTIONS, SUBSCRIBERS, type WorkflowStep } from "@image-pipeline/schema/names";
import { USD } from "@image-pipeline/schema/prices";
import { READS_PER_IMAGE } from "../../s3-requests.ts";
import { at } from "../attribute.ts";
import type { Attributes } from "../plan.ts";
import { type Load, SECONDS_PER_WEBHOOK } from "./load.ts";
import type { Parts } from "./parts.ts";

/** Of functions that only pass references on. */
const SHORT_SECONDS = 0.1;
/** CloudWatch charges a metric by the hours in which it has data. */
const HOURS_PER_MONTH = 720;

/** What a function does for each of its images. */
interface Work {
  /** Its share of the images, from 0 to 1. */
  share: number;
  seconds: number;
  s3Writes?: number;
  s3Reads?: number;
  rekognitionCalls?: number;
  /** Custom metrics by name and dimensions, for images without errors. */
  metrics?: number;
}

/** Calculates what a function's images cost, beside Lambda also in the services that it calls. */
export function functionCost({ function_name, memory_size, architectures }: Attributes, load: Load): Parts {
  const name = String(function_name);
  const kind = name.includes(`-${SUBSCRIBERS.webhook}-`) ? SUBSCRIBERS.webhook : undefined;
  const work = Object.entries(WORK).find(([end]) => end === kind || name.endsWith(`-${end}`))?.[1]?.(load);
  if (!work) return {};
  const images = load.imagesPerMonth * work.share;
  const cpu = at(architectures, 0) === "arm64" ? "arm64" : "x86_64";
  const gigabyteSeconds = (Number(memory_size) / 1024) * work.seconds * images;
  const { s3Writes = 0, s3Reads = 0, rekognitionCalls = 0, metrics = 0 } = work;
  return {
    [kind === undefined ? "Lambda" : "Lambda, webhooks"]:
      gigabyteSeconds * USD.lambdaGigabyteSecond[cpu] + images * USD.lambdaRequest,
    "S3 requests": images * (s3Writes * USD.s3Write + s3Reads * USD.s3Read),
    Rekognition: images * rekognitionCalls * USD.rekognitionImage,
    "custom metrics": metrics * USD.customMetricMonth * Math.min(1, images / HOURS_PER_MONTH),
  };
}

const inWorkflow = (step: WorkflowStep) => `${SUBSCRIBERS.workflow}-${step}`;
const short = ({ workflowShare: share }: Load): Work => ({ share, seconds: SHORT_SECONDS });
const render = (load: Load) => ({
  seconds: load.workerSecondsPerImage,
  s3Writes: load.renditionsPerImage + 1,
  s3Reads: READS_PER_IMAGE,
});
const analyse = (load: Load) => ({
  seconds: load.analyzerSecondsPerImage,
  s3Writes: 1,
  s3Reads: READS_PER_IMAGE,
  rekognitionCalls: load.rekognitionCallsPerImage,
});

/**
 * The work of each function by the end of its name. The backfill reports its own cost before it runs, and the audit's depends
 * on the number of images that there are.
 */
const WORK: Readonly<Record<string, (load: Load) => Work>> = {
  [inWorkflow("inspect")]: short,
  [inWorkflow("render")]: (load) => ({ share: load.workflowShare, ...render(load) }),
  [inWorkflow("analyse")]: (load) => ({ share: load.workflowShare, ...analyse(load) }),
  [inWorkflow("quarantine")]: () => ({ share: 0, seconds: SHORT_SECONDS }),
  [inWorkflow("publish")]: short,
  [FUNCTIONS.ingest]: () => ({ share: 1, seconds: SHORT_SECONDS, metrics: 1 }),
  // Four by status (processed, rejected), and the two counts.
  [FUNCTIONS.worker]: (load) => ({ share: 1 - load.workflowShare, ...render(load), metrics: 10 }),
  // The event of the result, and of the analysis.
  [SUBSCRIBERS.webhook]: () => ({ share: 1, seconds: SECONDS_PER_WEBHOOK }),
  // Four by verdict (allow, flag, quarantine).
  [FUNCTIONS.analyzer]: (load) => ({ share: 1 - load.workflowShare, ...analyse(load), metrics: 12 }),
};
