import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { SNSClient } from "@aws-sdk/client-sns";
import { engineProcess } from "@image-pipeline/engine-process";
import {
  CLIENT,
  MANIFESTS,
  s3DocumentStore,
  s3ReadSecret,
  s3SourceStore,
  snsResultPublisher,
  type Tools,
  unexpectedRejections,
} from "@image-pipeline/lambda-kit";
import type { AnalysisTaskEnvironment } from "@image-pipeline/schema/environment";
import { measureAnalysis } from "./analysis-metrics.ts";
import type { Asked } from "./analyze-source.ts";
import { ANALYSES } from "./ports.ts";
import { rekognitionDetector } from "./rekognition-detector.ts";
import { s3RenditionTags } from "./s3-rendition-tags.ts";

/** Builds the parts of every handler of the zip, both of the queue and of the workflow. */
export function analyzerParts(environment: AnalysisTaskEnvironment, tools: Tools) {
  const { s3, metrics } = tools;
  const engine = engineProcess();
  const watched = unexpectedRejections(tools);
  const { PROCESSED_BUCKET, IMAGE_RESULTS_TOPIC_ARN, ANALYSIS, LIMITS, UPLOAD_BUCKET, UPLOAD_PREFIX } =
    environment;
  return {
    sources: s3SourceStore(s3, s3ReadSecret(s3, PROCESSED_BUCKET)),
    analyses: s3DocumentStore(s3, PROCESSED_BUCKET, ANALYSES),
    manifests: s3DocumentStore(s3, PROCESSED_BUCKET, MANIFESTS),
    tags: s3RenditionTags(s3, PROCESSED_BUCKET),
    detector: rekognitionDetector(new RekognitionClient(CLIENT)),
    results: snsResultPublisher(new SNSClient(CLIENT), IMAGE_RESULTS_TOPIC_ARN),
    uploads: { bucket: UPLOAD_BUCKET, prefix: UPLOAD_PREFIX },
    processedBucket: PROCESSED_BUCKET,
    recipe: ANALYSIS,
    limits: LIMITS,
    engine,
    derive: async (source: Uint8Array, asked: Asked) =>
      (await watched(engine.renderForAnalysis(source, asked))).map(({ data }) => data),
    measure: measureAnalysis.bind(null, metrics),
  };
}

/** Builds the parts of the handlers that decode: the engine's process starts with the function, not with its first event. */
export function decodingParts(...given: Parameters<typeof analyzerParts>) {
  const parts = analyzerParts(...given);
  parts.engine.start();
  return parts;
}
