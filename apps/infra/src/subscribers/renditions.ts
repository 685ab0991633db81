import { WorkerEnvironment } from "@image-pipeline/schema/environment";
import { ImageEvent } from "@image-pipeline/schema/events";
import { FUNCTIONS, SUBSCRIBERS } from "@image-pipeline/schema/names";
import { exceptWorkflowUploads } from "@image-pipeline/schema/workflow";
import type { FunctionConsumer } from "../constructs/function-consumer.ts";
import type { SubscriberProps } from "../constructs/subscriber.ts";
import type { TopicSubscription } from "../constructs/topic-subscription.ts";
import type { Deployment, PipelineResources } from "../deployment.ts";
import { deferMessages } from "../policies/consumer-policy.ts";
import { readWithKey } from "../policies/key-policy.ts";
import { workerPolicy } from "../policies/worker-policy.ts";
import { rejectionsWatch, unexpectedRejectionsWatch } from "../watches/rejections-watch.ts";

const EVENT_TYPES = ImageEvent.options.map((event) => event.shape.type.value);

/** Returns the subscriber that renders new uploads. */
export function renditions(deployment: Deployment, resources: PipelineResources): SubscriberProps {
  const { worker, alarms } = deployment.pipeline;
  return {
    name: SUBSCRIBERS.renditions,
    subscriptions: [subscriptionOf("live", deployment, resources)],
    consumer: {
      ...renderer(deployment, resources, FUNCTIONS.worker),
      description: "Image events in, renditions and manifests out",
      settings: worker,
      maxQueueAgeSeconds: alarms.maxQueueAgeSeconds,
    },
  };
}

/** Subscribes to the events of a lane, except the uploads that go through the workflow. */
function subscriptionOf(
  lane: "live" | "backfill",
  { pipeline }: Deployment,
  { imageEvents }: PipelineResources,
): TopicSubscription {
  return {
    topic: imageEvents,
    filterPolicy: { type: EVENT_TYPES, lane: [lane], ...exceptWorkflowUploads(pipeline.workflow) },
  };
}

/** Returns the same subscriber for the backfill lane, with its own queue and few executions: new uploads never wait for it. */
export function backfill(deployment: Deployment, resources: PipelineResources): SubscriberProps {
  const { worker, backfill: lane } = deployment.pipeline;
  const { maximumConcurrency, reservedConcurrency, maxQueueAgeSeconds } = lane;
  return {
    name: SUBSCRIBERS.backfill,
    subscriptions: [subscriptionOf("backfill", deployment, resources)],
    consumer: {
      ...renderer(deployment, resources, FUNCTIONS.backfill),
      description: "Image events of the backfill lane in, renditions and manifests out",
      settings: { ...worker, maximumConcurrency, reservedConcurrency },
      maxQueueAgeSeconds,
    },
  };
}

type Renderer = Omit<FunctionConsumer, "description" | "settings" | "maxQueueAgeSeconds">;

/** Returns the worker as a function with this name. */
function renderer({ pipeline, zips }: Deployment, resources: PipelineResources, name: string): Renderer {
  return {
    name,
    zip: zips.worker,
    environment: (queueUrl) => ({
      ...WorkerEnvironment.encode({
        UPLOAD_BUCKET: resources.uploads.name,
        UPLOAD_PREFIX: pipeline.uploads.prefix,
        PROCESSED_BUCKET: resources.processed.name,
        IMAGE_RESULTS_TOPIC_ARN: resources.imageResults.arn,
        RENDITIONS_QUEUE_URL: queueUrl,
        MAX_RECEIVE_COUNT: pipeline.worker.maxReceiveCount,
        PRESETS: pipeline.presets,
        PRESET_RULES: pipeline.presetRules,
        LIMITS: pipeline.limits,
      }),
      // Halves the process's memory (500 to 250 MB over 500 photographs) at no cost in time.
      MALLOC_ARENA_MAX: "2",
    }),
    permissions: (queueArn) => [
      ...workerPolicy(toArns(resources), pipeline.uploads.prefix),
      deferMessages(queueArn),
      ...readWithKey(pipeline.uploads.existingBucketKeyArn, pipeline.region),
    ],
    keyServices: ["s3", "sns"],
    watches: (functionName) => [
      rejectionsWatch(name, functionName, pipeline.alarms.maxRejectedPercent),
      unexpectedRejectionsWatch(name, functionName),
    ],
  };
}

function toArns({ uploads, processed, imageResults }: PipelineResources) {
  return {
    uploadBucket: uploads.arn,
    processedBucket: processed.arn,
    imageResultsTopic: imageResults.arn,
  };
}
