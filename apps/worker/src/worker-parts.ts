import { SNSClient } from "@aws-sdk/client-sns";
import { engineProcess } from "@image-pipeline/engine-process";
import {
  CLIENT,
  MANIFESTS,
  s3DocumentStore,
  s3Secret,
  s3SourceStore,
  snsResultPublisher,
  type Tools,
  unexpectedRejections,
} from "@image-pipeline/lambda-kit";
import type { WorkflowEnvironment } from "@image-pipeline/schema/environment";
import { measureImage } from "./image-metrics.ts";
import { s3RenditionStore } from "./s3-rendition-store.ts";

/** Builds the parts of every handler of the zip, both of the queue and of the workflow. */
export function workerParts(environment: WorkflowEnvironment, tools: Tools) {
  const { s3, metrics } = tools;
  const engine = engineProcess();
  const watched = unexpectedRejections(tools);
  const { PROCESSED_BUCKET, IMAGE_RESULTS_TOPIC_ARN, PRESETS, LIMITS, UPLOAD_BUCKET, UPLOAD_PREFIX } =
    environment;
  const secret = s3Secret(s3, PROCESSED_BUCKET);
  return {
    secret,
    sources: s3SourceStore(s3, secret),
    manifests: s3DocumentStore(s3, PROCESSED_BUCKET, MANIFESTS),
    renditions: s3RenditionStore(s3, PROCESSED_BUCKET, secret),
    results: snsResultPublisher(new SNSClient(CLIENT), IMAGE_RESULTS_TOPIC_ARN),
    uploads: { bucket: UPLOAD_BUCKET, prefix: UPLOAD_PREFIX },
    processedBucket: PROCESSED_BUCKET,
    presets: PRESETS,
    limits: LIMITS,
    engine,
    render: (...job: Parameters<typeof engine.render>) => watched(engine.render(...job)),
    measure: measureImage.bind(null, metrics),
  };
}

/** Builds the parts of the handlers that render: the engine's process starts with the function, not with its first event. */
export function renderingParts(...given: Parameters<typeof workerParts>) {
  const parts = workerParts(...given);
  parts.engine.start();
  return parts;
}
