import { AnalyzerEnvironment } from "@image-pipeline/schema/environment";
import { ImageEvent, ImageProcessed } from "@image-pipeline/schema/events";
import { FUNCTIONS, SUBSCRIBERS } from "@image-pipeline/schema/names";
import { exceptWorkflowUploads } from "@image-pipeline/schema/workflow";
import type { FunctionConsumer } from "../constructs/function-consumer.ts";
import type { SubscriberProps } from "../constructs/subscriber.ts";
import type { Deployment, PipelineResources } from "../deployment.ts";
import { analyzerPolicy } from "../policies/analyzer-policy.ts";
import { deferMessages } from "../policies/consumer-policy.ts";
import { readWithKey } from "../policies/key-policy.ts";

/** Returns the subscriber that analyses images: image events in, verdicts out. It also tags new renditions of quarantined images. */
export function analysis(deployment: Deployment, resources: PipelineResources): SubscriberProps {
  const type = ImageEvent.options.map((event) => event.shape.type.value);
  return {
    name: SUBSCRIBERS.analysis,
    subscriptions: [
      {
        topic: resources.imageEvents,
        filterPolicy: { type, ...exceptWorkflowUploads(deployment.pipeline.workflow) },
      },
      {
        id: "Results",
        topic: resources.imageResults,
        filterPolicy: { type: [ImageProcessed.shape.type.value] },
      },
    ],
    consumer: analyzer(deployment, resources),
  };
}

function analyzer({ pipeline, zips }: Deployment, resources: PipelineResources): FunctionConsumer {
  const { uploads, processed, imageResults } = resources;
  const { labels, moderation, maxCallsPerImage, rules, ...settings } = pipeline.analysis;
  const arns = {
    uploadBucket: uploads.arn,
    processedBucket: processed.arn,
    imageResultsTopic: imageResults.arn,
  };
  const calls = { labels: labels.enabled, moderation: moderation.enabled };
  return {
    name: FUNCTIONS.analyzer,
    zip: zips.analyzer,
    description: "Image events in, labels, moderation and verdicts out",
    settings: { ...settings, ...ONE_AT_A_TIME },
    maxQueueAgeSeconds: pipeline.alarms.maxQueueAgeSeconds,
    environment: (queueUrl) => ({
      ...AnalyzerEnvironment.encode({
        UPLOAD_BUCKET: uploads.name,
        UPLOAD_PREFIX: pipeline.uploads.prefix,
        PROCESSED_BUCKET: processed.name,
        IMAGE_RESULTS_TOPIC_ARN: imageResults.arn,
        ANALYSIS_QUEUE_URL: queueUrl,
        MAX_RECEIVE_COUNT: settings.maxReceiveCount,
        ANALYSIS: { labels, moderation, maxCallsPerImage, rules },
        LIMITS: pipeline.limits,
      }),
      // As for the worker, which uses the same libvips.
      MALLOC_ARENA_MAX: "2",
    }),
    permissions: (queueArn) => [
      ...analyzerPolicy(arns, pipeline.uploads.prefix, calls),
      deferMessages(queueArn),
      ...readWithKey(pipeline.uploads.existingBucketKeyArn, pipeline.region),
    ],
    keyServices: ["s3", "sns"],
  };
}

/** Rekognition is paid for each call: one failed message would repeat the calls for its whole batch. */
const ONE_AT_A_TIME = { batchSize: 1, batchingWindowSeconds: 0 };
