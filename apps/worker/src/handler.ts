import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { renderImage } from "@image-pipeline/imaging";
import {
  MANIFESTS,
  s3DocumentStore,
  s3FailureLog,
  s3SourceStore,
  snsResultPublisher,
  sqsRetryDelay,
} from "@image-pipeline/queue-consumer";
import { readEnvironment, WorkerEnvironment } from "@image-pipeline/schema/config";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import pLimit from "p-limit";
import { handleMessage } from "./handle-message.ts";
import { measureImage } from "./image-metrics.ts";
import { s3RenditionStore } from "./s3-rendition-store.ts";

const environment = readEnvironment(WorkerEnvironment, process.env);
const logger = new Logger({ serviceName: "worker" });
const metrics = new Metrics({ namespace: "ImagePipeline", serviceName: "worker" });
// Environments of one account share the namespace: the function's name keeps them apart.
metrics.setDefaultDimensions({ function: process.env.AWS_LAMBDA_FUNCTION_NAME ?? "worker" });
/** A connection that says nothing for so long is given up and tried anew, well before the function's own time-out. */
const requestHandler = { connectionTimeout: 2_000, socketTimeout: 10_000 };
const s3 = new S3Client({ requestHandler });
const sns = new SNSClient({ requestHandler });
const sqs = new SQSClient({ requestHandler });

const processor = new BatchProcessor(EventType.SQS);
const ports = {
  sources: s3SourceStore(s3),
  manifests: s3DocumentStore(s3, environment.PROCESSED_BUCKET, MANIFESTS),
  renditions: s3RenditionStore(s3, environment.PROCESSED_BUCKET),
  results: snsResultPublisher(sns, environment.IMAGE_RESULTS_TOPIC_ARN),
  failures: s3FailureLog(s3, environment.PROCESSED_BUCKET),
  delayRetry: sqsRetryDelay(sqs, environment.RENDITIONS_QUEUE_URL),
  processedBucket: environment.PROCESSED_BUCKET,
  presets: environment.PRESETS,
  limits: environment.LIMITS,
  render: renderImage,
  renderTurn: pLimit(1),
  maxReceiveCount: environment.MAX_RECEIVE_COUNT,
  logger,
  measure: measureImage.bind(null, metrics),
};

/** Lambda's entry: a batch from the renditions queue; the answer names the messages that must come again. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  const clock = { now: () => new Date(), remainingMilliseconds: () => context.getRemainingTimeInMillis() };
  const handleRecord = (record: SQSRecord) => handleMessage(record, { ...ports, clock });
  return processPartialResponse(event, handleRecord, processor, { context, throwOnFullBatchFailure: false });
}
