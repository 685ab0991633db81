import type { Pipeline } from "@image-pipeline/schema/config";
import { callsPerPicture } from "@image-pipeline/schema/config";
import type { CostEstimate } from "../cost/json.ts";
import type { CostMeasurement } from "../cost/measurement.ts";

/**
 * AWS's numbers, as its pages had them in 2026. The Service Quotas console shows an account's own, which may be lower in a new account.
 */
export const AWS = {
  /** docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
  pollers: { initial: 5, perMinute: 300, most: 1000 },
  /** docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html#scaling-rate */
  executionsPer10Seconds: 1000,
  /** docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  concurrentExecutions: 1000,
  /** docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html: for each prefix, before S3 divides it */
  s3WritesPerSecond: 3500,
  s3ReadsPerSecond: 5500,
  /** docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html: of a standard queue */
  sqsInFlight: 120_000,
  /** docs.aws.amazon.com/general/latest/gr/sns.html: messages published per second */
  snsPerSecond: by({ "us-east-1": 30_000, "us-west-2": 9000, "eu-west-1": 9000 }, 3000),
  /** docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html: symmetric keys, for all callers together */
  kmsPerSecond: by({ "us-east-1": 50_000, "us-west-2": 50_000, "eu-west-1": 50_000 }, 10_000),
  /** docs.aws.amazon.com/general/latest/gr/rekognition.html: DetectModerationLabels, and the same of DetectLabels */
  rekognitionPerSecond: by({ "us-east-1": 50, "us-west-2": 50, "eu-west-1": 50 }, 5),
  /** docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: StartExecution of standard workflows, refilled per second */
  startsPerSecond: by({ "us-east-1": 300, "us-west-2": 300, "eu-west-1": 300 }, 150),
} as const;

function by(regions: Record<string, number>, others: number): (region: string) => number {
  return (region) => regions[region] ?? others;
}

/** Requests to S3 that reach KMS: S3 Bucket Keys save the others. */
const KMS_SHARE = 0.01;

/** A limit of an AWS service or of the config, and the images per second at which it is reached. */
export interface Limit {
  limit: string;
  imagesPerSecond: number;
  /** Advice, with `{needed}` for the value that the wanted rate needs. */
  remedy: string;
  /** The limit's own unit per image and second. */
  perImage: number;
  source: string;
}

export interface Work {
  estimate: CostEstimate;
  measurement: CostMeasurement;
  /** Concurrent executions of all functions of the account. */
  accountConcurrency: number;
  /** The parts into which S3 has divided a prefix. */
  s3Partitions: number;
  /** Execution time of one image in seconds, by stage. */
  seconds: Record<"ingest" | "worker" | "analyzer", number>;
}

/** Returns every limit that a rate of images can reach, the one that is reached first at the front. */
export function limitsOf(pipeline: Pipeline, work: Work): Limit[] {
  const { region, worker, analysis, workflow, encryption, load } = pipeline;
  const { estimate, measurement, seconds, accountConcurrency, s3Partitions } = work;
  const writes = estimate.work.renditions + 1 + (analysis.enabled ? 1 : 0);
  const reads = measurement.worker.requests.s3Reads + (analysis.enabled ? 1 : 0);
  const publishes = measurement.ingest.requests.snsPublishes + measurement.worker.requests.snsPublishes;
  const executions = seconds.ingest + seconds.worker + (analysis.enabled ? seconds.analyzer : 0);
  const limit = (name: string, most: number, perImage: number, remedy: string, source: string): Limit => ({
    limit: name,
    imagesPerSecond: perImage > 0 ? most / perImage : Number.POSITIVE_INFINITY,
    perImage,
    remedy,
    source,
  });
  const quotas = "docs.aws.amazon.com/general/latest/gr";
  return [
    limit(
      "worker.maximumConcurrency",
      worker.maximumConcurrency,
      seconds.worker,
      "set worker.maximumConcurrency to {needed} (at most 1000)",
      "pipeline.config.ts",
    ),
    limit(
      "Lambda, concurrent executions of the account",
      accountConcurrency,
      executions,
      "ask for {needed} concurrent executions",
      `${quotas}/lambda-service.html`,
    ),
    limit(
      "S3, writes below one prefix",
      AWS.s3WritesPerSecond * s3Partitions,
      writes,
      "S3 divides renditions/ by image id as the load grows: raise it over an hour, to {needed} writes a second",
      "docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html",
    ),
    limit(
      "S3, reads below one prefix",
      AWS.s3ReadsPerSecond * s3Partitions,
      reads,
      "spread uploads over prefixes: {needed} reads a second",
      "docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html",
    ),
    limit(
      "SNS, messages published per second",
      AWS.snsPerSecond(region),
      publishes,
      "ask for {needed} messages a second",
      `${quotas}/sns.html`,
    ),
    limit(
      "SQS, messages in flight of a queue",
      AWS.sqsInFlight,
      seconds.worker * worker.batchSize,
      "cannot be raised: a second environment takes a part of the uploads",
      "docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html",
    ),
    limit(
      "KMS, requests per second",
      AWS.kmsPerSecond(region),
      encryption === "kms" ? (writes + reads) * KMS_SHARE + publishes : 0,
      "ask for {needed} requests a second",
      "docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html",
    ),
    limit(
      "analysis.maximumConcurrency",
      analysis.maximumConcurrency,
      analysis.enabled ? seconds.analyzer : 0,
      "set analysis.maximumConcurrency to {needed} (at most 1000)",
      "pipeline.config.ts",
    ),
    limit(
      "Rekognition, calls per second",
      AWS.rekognitionPerSecond(region),
      analysis.enabled ? callsPerPicture(analysis) * load.picturesPerAnalysis : 0,
      "ask for {needed} calls a second",
      `${quotas}/rekognition.html`,
    ),
    limit(
      "Step Functions, executions started per second",
      AWS.startsPerSecond(region),
      workflow.enabled ? load.workflowPercent / 100 : 0,
      "ask for {needed} starts a second",
      "docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html",
    ),
  ]
    .filter(({ imagesPerSecond }) => Number.isFinite(imagesPerSecond))
    .toSorted((a, b) => a.imagesPerSecond - b.imagesPerSecond);
}
