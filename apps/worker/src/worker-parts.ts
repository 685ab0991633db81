import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { renderImage } from "@image-pipeline/imaging";
import { MANIFESTS, s3DocumentStore, s3SourceStore, snsResultPublisher } from "@image-pipeline/lambda-kit";
import type { WorkflowEnvironment } from "@image-pipeline/schema/config";
import pLimit from "p-limit";
import { measureImage } from "./image-metrics.ts";
import { s3RenditionStore } from "./s3-rendition-store.ts";

/** A connection that says nothing for so long is given up and tried anew, well before the function's own time-out. */
export const requestHandler = { connectionTimeout: 2_000, socketTimeout: 10_000 };

/** What every entry of the zip is made of, whether a queue or a workflow calls it. */
export function workerParts(environment: WorkflowEnvironment) {
  const logger = new Logger({ serviceName: "worker" });
  const metrics = new Metrics({ namespace: "ImagePipeline", serviceName: "worker" });
  // Environments of one account share the namespace: the function's name keeps them apart.
  metrics.setDefaultDimensions({ function: process.env.AWS_LAMBDA_FUNCTION_NAME ?? "worker" });
  const s3 = new S3Client({ requestHandler });
  const sns = new SNSClient({ requestHandler });
  const ports = {
    sources: s3SourceStore(s3),
    manifests: s3DocumentStore(s3, environment.PROCESSED_BUCKET, MANIFESTS),
    renditions: s3RenditionStore(s3, environment.PROCESSED_BUCKET),
    results: snsResultPublisher(sns, environment.IMAGE_RESULTS_TOPIC_ARN),
    processedBucket: environment.PROCESSED_BUCKET,
    presets: environment.PRESETS,
    limits: environment.LIMITS,
    render: renderImage,
    renderTurn: pLimit(1),
    logger,
    measure: measureImage.bind(null, metrics),
  };
  return { s3, ports };
}
