import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { renderForAnalysis } from "@image-pipeline/imaging";
import {
  MANIFESTS,
  s3DocumentStore,
  s3FailureLog,
  s3SourceStore,
  snsResultPublisher,
  sqsRetryDelay,
} from "@image-pipeline/queue-consumer";
import { AnalyzerEnvironment, type Limits, readEnvironment } from "@image-pipeline/schema/config";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { measureAnalysis } from "./analysis-metrics.ts";
import { handleMessage } from "./handle-message.ts";
import { ANALYSES } from "./ports.ts";
import { rekognitionDetector } from "./rekognition-detector.ts";
import { s3RenditionTags } from "./s3-rendition-tags.ts";

const environment = readEnvironment(AnalyzerEnvironment, process.env);
const logger = new Logger({ serviceName: "analyzer" });
const metrics = new Metrics({ namespace: "ImagePipeline", serviceName: "analyzer" });
// Environments of one account share the namespace: the function's name keeps them apart.
metrics.setDefaultDimensions({ function: process.env.AWS_LAMBDA_FUNCTION_NAME ?? "analyzer" });
/** A connection that says nothing for so long is given up and tried anew, well before the function's own time-out. */
const requestHandler = { connectionTimeout: 2_000, socketTimeout: 10_000 };
const s3 = new S3Client({ requestHandler });
const sns = new SNSClient({ requestHandler });
const sqs = new SQSClient({ requestHandler });

const processor = new BatchProcessor(EventType.SQS);
const ports = {
  sources: s3SourceStore(s3),
  analyses: s3DocumentStore(s3, environment.PROCESSED_BUCKET, ANALYSES),
  manifests: s3DocumentStore(s3, environment.PROCESSED_BUCKET, MANIFESTS),
  tags: s3RenditionTags(s3, environment.PROCESSED_BUCKET),
  detector: rekognitionDetector(new RekognitionClient({ requestHandler })),
  results: snsResultPublisher(sns, environment.IMAGE_RESULTS_TOPIC_ARN),
  failures: s3FailureLog(s3, environment.PROCESSED_BUCKET),
  delayRetry: sqsRetryDelay(sqs, environment.ANALYSIS_QUEUE_URL),
  processedBucket: environment.PROCESSED_BUCKET,
  recipe: environment.ANALYSIS,
  limits: environment.LIMITS,
  derive: async (source: Uint8Array, limits: Limits) => (await renderForAnalysis(source, limits)).data,
  maxReceiveCount: environment.MAX_RECEIVE_COUNT,
  logger,
  measure: measureAnalysis.bind(null, metrics),
};

/** Lambda's entry: a batch from the analysis queue; the answer names the messages that must come again. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  const clock = { now: () => new Date(), remainingMilliseconds: () => context.getRemainingTimeInMillis() };
  const handleRecord = (record: SQSRecord) => handleMessage(record, { ...ports, clock });
  return processPartialResponse(event, handleRecord, processor, { context, throwOnFullBatchFailure: false });
}
