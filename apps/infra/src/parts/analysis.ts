import { ImageEvent, ImageProcessed } from "@image-pipeline/schema";
import { AnalyzerEnvironment, FUNCTIONS, SUBSCRIBERS } from "@image-pipeline/schema/config";
import { exceptWorkflowUploads } from "@image-pipeline/schema/processing";
import type { FunctionConsumer } from "../constructs/function-consumer.ts";
import type { SubscriberProps } from "../constructs/subscriber.ts";
import type { Deployment } from "../deployment.ts";
import { analyzerPolicy } from "../policies/analyzer-policy.ts";
import { deferMessages } from "../policies/consumer-policy.ts";
import { readWithKey } from "../policies/key-policy.ts";
import type { Places } from "./subscribers.ts";

/** The subscriber that looks at pictures: image events in, verdicts out; and new renditions in, to hide those condemned. */
export function analysis(deployment: Deployment, props: Places): SubscriberProps {
  const type = ImageEvent.options.map((event) => event.shape.type.value);
  return {
    name: SUBSCRIBERS.analysis,
    subscriptions: [
      {
        topic: props.imageEvents,
        filterPolicy: { type, ...exceptWorkflowUploads(deployment.pipeline.workflow) },
      },
      {
        id: "Results",
        topic: props.imageResults,
        filterPolicy: { type: [ImageProcessed.shape.type.value] },
      },
    ],
    consumer: analyzer(deployment, props),
  };
}

function analyzer({ pipeline, zips }: Deployment, props: Places): FunctionConsumer {
  const { uploads, processed, imageResults } = props;
  const { labels, moderation, rules, ...settings } = pipeline.analysis;
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
        PROCESSED_BUCKET: processed.name,
        IMAGE_RESULTS_TOPIC_ARN: imageResults.arn,
        ANALYSIS_QUEUE_URL: queueUrl,
        MAX_RECEIVE_COUNT: settings.maxReceiveCount,
        ANALYSIS: { labels, moderation, rules },
        LIMITS: pipeline.limits,
      }),
      // As for the worker, whose engine it shares.
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

/** What is paid for is lost with its invocation: a batch would be analysed again for the sake of one message. */
const ONE_AT_A_TIME = { batchSize: 1, batchingWindowSeconds: 0 };
