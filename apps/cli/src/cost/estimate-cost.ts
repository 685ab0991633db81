import type { Pipeline } from "@image-pipeline/schema/config";
import { type Prices, pricesFor } from "@image-pipeline/schema/prices";
import { type Load, toLoad } from "../plan-review/cost/load.ts";
import type { CostEstimate, CostPart } from "./json.ts";
import { type CostMeasurement, storedMeasurement } from "./measurement.ts";
import { type RenderWork, toRenderWork } from "./render-work.ts";
import { webhookCost } from "./webhook-cost.ts";

/** The memory size at which a function has one whole vCPU, in MB. */
const ONE_CPU_MEGABYTES = 1769;
/** Lambda's own three lines of an invocation (START, END, REPORT), in bytes. */
const PLATFORM_LOG_BYTES = 330;
const BYTES_PER_GIGABYTE = 1e9;
/** Share of its size that CloudWatch Logs bills of a stored log, which it compresses. */
const STORED_SHARE = 0.15;
const DAYS_PER_MONTH = 30;
const SECONDS_PER_MONTH = DAYS_PER_MONTH * 24 * 3600;
/** S3 Bucket Keys reduce the requests to KMS by up to 99 % (docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html). */
const KMS_SHARE = 0.01;
/** Of a standard workflow's execution that is rendered and analysed (docs/workflow.md). */
const TRANSITIONS = 7;
/** Assumed of S3 and SNS in the same region: the time to the first byte, and the rate after it. */
const ROUND_TRIP_MILLISECONDS = 25;
const S3_BYTES_PER_MILLISECOND = 80_000;
const MILLION = 1_000_000;

/** What an estimate rests on apart from the settings; both are the stored measurement's by default. */
export interface EstimateOptions {
  measurement?: CostMeasurement;
  /** The work of the presets, if the caller has measured it. */
  work?: RenderWork;
}

/**
 * Calculates the price of a million images for settings, by part. It asks nothing of AWS; idle costs, storage and delivery are not in
 * the sum.
 */
export function estimateCost(
  pipeline: Pipeline,
  {
    measurement = storedMeasurement(),
    work = toRenderWork(pipeline.presets, measurement),
  }: EstimateOptions = {},
): CostEstimate {
  const { prices, pricesOf } = pricesFor(pipeline.region);
  const load = toLoad(pipeline);
  const image = { pipeline, measurement, work, load, prices };
  const parts = [
    ...writesAndReads(image),
    ...lambda(image),
    ...messages(image),
    ...observability(image),
    ...analysis(image),
  ].filter(({ usd }) => usd > 0);
  return {
    environment: pipeline.environment,
    region: pipeline.region,
    pricesOf,
    perMillion: { usd: sum(parts), parts },
    storagePerMonth: {
      gigabytes: (work.renditionBytes * MILLION) / BYTES_PER_GIGABYTE,
      usd: ((work.renditionBytes * MILLION) / BYTES_PER_GIGABYTE) * prices.s3GigabyteMonth,
    },
    deliveriesPerMillion: pipeline.delivery.enabled ? deliveries(load, prices) : null,
    work: { ...work, memoryMegabytes: pipeline.worker.memoryMegabytes, billedMilliseconds: billed(image) },
    measured: toMeasured(measurement),
  };
}

/** Everything that the parts are calculated from. */
interface Image {
  pipeline: Pipeline;
  measurement: CostMeasurement;
  work: RenderWork;
  load: Load;
  prices: Prices;
}

function writesAndReads({ pipeline, measurement, work, prices }: Image): CostPart[] {
  const { s3Reads } = measurement.worker.requests;
  const writes = work.renditions + 1;
  const calls = (writes + s3Reads) * KMS_SHARE;
  return [
    part("S3 writes", writes * prices.s3Write, `${work.renditions} renditions and a manifest`),
    part("S3 reads", s3Reads * prices.s3Read, `${round(s3Reads)} for each image`),
    part(
      "KMS",
      pipeline.encryption === "kms" ? calls * prices.kmsRequest : 0,
      "one call for a hundred requests to S3",
    ),
  ];
}

function lambda(image: Image): CostPart[] {
  const { pipeline, measurement, prices } = image;
  const { ingest, worker, architecture } = pipeline;
  const ingestMilliseconds = durationOf(measurement.ingest, ingest.memoryMegabytes);
  const price = prices.lambdaGigabyteSecond[architecture];
  const usd = (milliseconds: number, megabytes: number) => (milliseconds / 1000) * (megabytes / 1024) * price;
  return [
    part(
      "Lambda, worker",
      usd(billed(image), worker.memoryMegabytes),
      `${Math.round(billed(image))} ms of ${worker.memoryMegabytes} MB, ${architecture}`,
    ),
    part(
      "Lambda, ingest",
      usd(ingestMilliseconds, ingest.memoryMegabytes),
      `${Math.round(ingestMilliseconds)} ms of ${ingest.memoryMegabytes} MB`,
    ),
    part(
      "Lambda, requests",
      (1 + 1 / worker.batchSize) * prices.lambdaRequest,
      "one for each function and batch",
    ),
  ];
}

function billed({ pipeline, measurement, work }: Image): number {
  const { roundTrips } = measurement.worker;
  const { cpuMilliseconds, sourceBytes } = work;
  const read = sourceBytes / S3_BYTES_PER_MILLISECOND;
  return durationOf({ cpuMilliseconds, roundTrips }, pipeline.worker.memoryMegabytes) + read;
}

/** Less memory is less than a vCPU, and more than one is of no use to one image. Waiting takes the same time with any memory. */
function durationOf(
  { cpuMilliseconds, roundTrips }: { cpuMilliseconds: number; roundTrips: number },
  megabytes: number,
): number {
  const share = Math.min(1, megabytes / ONE_CPU_MEGABYTES);
  return cpuMilliseconds / share + roundTrips * ROUND_TRIP_MILLISECONDS;
}

function messages({ pipeline, measurement, prices }: Image): CostPart[] {
  const publishes = measurement.ingest.requests.snsPublishes + measurement.worker.requests.snsPublishes;
  const requests = 1 + 2 / pipeline.worker.batchSize;
  const webhooks = webhookCost(pipeline, prices);
  return [
    part("SNS", publishes * prices.snsPublish, "the image event and the result event"),
    part("SQS", requests * prices.sqsRequest, "send, receive and delete"),
    part(
      "EventBridge",
      pipeline.uploads.trigger === "eventbridge" ? prices.eventBridgeEvent : 0,
      "uploads.trigger is eventbridge",
    ),
    part("webhooks", webhooks.usd, `their queues and functions, ${webhooks.events} events for each image`),
  ];
}

function observability({ pipeline, measurement, load, prices }: Image): CostPart[] {
  const bytes = measurement.ingest.logBytes + measurement.worker.logBytes + 2 * PLATFORM_LOG_BYTES;
  const stored = (pipeline.logRetentionDays / DAYS_PER_MONTH) * STORED_SHARE * prices.logGigabyteMonth;
  const rate = load.imagesPerMonth / SECONDS_PER_MONTH;
  // One trace a second, and 5 % of the rest (docs.aws.amazon.com/lambda/latest/dg/services-xray.html).
  const traced = rate <= 1 ? 1 : (1 + 0.05 * (rate - 1)) / rate;
  return [
    part(
      "logs",
      (bytes / BYTES_PER_GIGABYTE) * (prices.logGigabyte + stored),
      `${round(bytes / 1000)} kB for each image, kept for ${pipeline.logRetentionDays} days`,
    ),
    part(
      "X-Ray",
      pipeline.xray ? 2 * traced * prices.traceRecorded : 0,
      `two traces for ${Math.round(100 * traced)} % of ${load.imagesPerMonth} images a month`,
    ),
  ];
}

function analysis({ pipeline, load, prices }: Image): CostPart[] {
  const share = pipeline.analysis.enabled ? 1 : 0;
  const { memoryMegabytes } = pipeline.analysis;
  const price = prices.lambdaGigabyteSecond[pipeline.architecture];
  const own =
    load.analyzerSecondsPerImage * (memoryMegabytes / 1024) * price + prices.lambdaRequest + prices.s3Write;
  return [
    part(
      "Rekognition",
      share * load.rekognitionCallsPerImage * prices.rekognitionImage,
      `${round(load.rekognitionCallsPerImage)} calls for each image`,
    ),
    part(
      "analysis",
      share * (own + 3 * prices.sqsRequest + prices.snsPublish),
      "the analyzer, its queue, its document and its result event",
    ),
    part(
      "Step Functions",
      load.workflowShare * TRANSITIONS * prices.stateTransition,
      `${TRANSITIONS} transitions for ${Math.round(100 * load.workflowShare)} % of the images`,
    ),
  ];
}

function deliveries({ kilobytesPerDelivery }: Load, prices: Prices): CostEstimate["deliveriesPerMillion"] {
  const parts = [
    part("CloudFront, requests", prices.edgeRequest, "beyond its free ten million a month"),
    part("CloudFront, functions", 2 * prices.edgeFunctionCall, "of the request and of the answer"),
    part(
      "CloudFront, traffic",
      (kilobytesPerDelivery / 1e6) * prices.edgeGigabyte,
      `${kilobytesPerDelivery} kB each, beyond the free terabyte`,
    ),
  ];
  return { usd: sum(parts), parts };
}

/** @param usd of one image, or of one delivery */
function part(name: string, usd: number, detail: string): CostPart {
  return { part: name, usd: usd * MILLION, detail };
}

function sum(parts: readonly CostPart[]): number {
  return parts.reduce((total, { usd }) => total + usd, 0);
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

function toMeasured({ date, machine, photographs }: CostMeasurement): CostEstimate["measured"] {
  const { cpu, cores, node, sharp } = machine;
  const sizes = photographs.map(({ megapixels }) => megapixels);
  return { date, machine: `${cpu}, ${cores} cores, Node ${node}, sharp ${sharp}`, megapixels: sizes };
}
