import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { renderForAnalysis } from "@image-pipeline/imaging";
import { MANIFESTS, s3DocumentStore, s3SourceStore, snsResultPublisher } from "@image-pipeline/lambda-kit";
import type { AnalysisTaskEnvironment, Limits } from "@image-pipeline/schema/config";
import { measureAnalysis } from "./analysis-metrics.ts";
import { ANALYSES } from "./ports.ts";
import { rekognitionDetector } from "./rekognition-detector.ts";
import { s3RenditionTags } from "./s3-rendition-tags.ts";

/** A connection that says nothing for so long is given up and tried anew, well before the function's own time-out. */
export const requestHandler = { connectionTimeout: 2_000, socketTimeout: 10_000 };

/** What every entry of the zip is made of, whether a queue or a workflow calls it. */
export function analyzerParts(environment: AnalysisTaskEnvironment) {
  const logger = new Logger({ serviceName: "analyzer" });
  const metrics = new Metrics({ namespace: "ImagePipeline", serviceName: "analyzer" });
  // Environments of one account share the namespace: the function's name keeps them apart.
  metrics.setDefaultDimensions({ function: process.env.AWS_LAMBDA_FUNCTION_NAME ?? "analyzer" });
  const s3 = new S3Client({ requestHandler });
  const ports = {
    sources: s3SourceStore(s3),
    analyses: s3DocumentStore(s3, environment.PROCESSED_BUCKET, ANALYSES),
    manifests: s3DocumentStore(s3, environment.PROCESSED_BUCKET, MANIFESTS),
    tags: s3RenditionTags(s3, environment.PROCESSED_BUCKET),
    detector: rekognitionDetector(new RekognitionClient({ requestHandler })),
    results: snsResultPublisher(new SNSClient({ requestHandler }), environment.IMAGE_RESULTS_TOPIC_ARN),
    processedBucket: environment.PROCESSED_BUCKET,
    recipe: environment.ANALYSIS,
    limits: environment.LIMITS,
    derive: async (source: Uint8Array, limits: Limits) => (await renderForAnalysis(source, limits)).data,
    logger,
    measure: measureAnalysis.bind(null, metrics),
  };
  return { s3, ports };
}
