import { ImageEvent } from "@image-pipeline/schema";
import { FUNCTIONS, SUBSCRIBERS, WorkerEnvironment } from "@image-pipeline/schema/config";
import { exceptWorkflowUploads } from "@image-pipeline/schema/processing";
import type { FunctionConsumer } from "../constructs/function-consumer.ts";
import type { SubscriberProps } from "../constructs/subscriber.ts";
import type { TopicSubscription } from "../constructs/topic-subscription.ts";
import type { Deployment } from "../deployment.ts";
import { rejections } from "../observability/pipeline-watches.ts";
import { deferMessages } from "../policies/consumer-policy.ts";
import { readWithKey } from "../policies/key-policy.ts";
import { workerPolicy } from "../policies/worker-policy.ts";
import type { Places } from "./subscribers.ts";

const EVENT_TYPES = ImageEvent.options.map((event) => event.shape.type.value);

/** The subscriber that renders what is uploaded, as it happens. */
export function renditions(deployment: Deployment, places: Places): SubscriberProps {
  const { worker, alarms } = deployment.pipeline;
  return {
    name: SUBSCRIBERS.renditions,
    subscriptions: [subscriptionOf("live", deployment, places)],
    consumer: {
      ...renderer(deployment, places, FUNCTIONS.worker),
      description: "Image events in, renditions and manifests out",
      settings: worker,
      maxQueueAgeSeconds: alarms.maxQueueAgeSeconds,
    },
  };
}

/** The events of a lane, but for the uploads that go through the workflow. */
function subscriptionOf(
  lane: "live" | "backfill",
  { pipeline }: Deployment,
  { imageEvents }: Places,
): TopicSubscription {
  return {
    topic: imageEvents,
    filterPolicy: { type: EVENT_TYPES, lane: [lane], ...exceptWorkflowUploads(pipeline.workflow) },
  };
}

/** The same work on the backfill lane: a queue and few executions of its own, so that fresh uploads never wait for it. */
export function backfill(deployment: Deployment, places: Places): SubscriberProps {
  const { worker, backfill: lane } = deployment.pipeline;
  const { maximumConcurrency, reservedConcurrency, maxQueueAgeSeconds } = lane;
  return {
    name: SUBSCRIBERS.backfill,
    subscriptions: [subscriptionOf("backfill", deployment, places)],
    consumer: {
      ...renderer(deployment, places, FUNCTIONS.backfill),
      description: "Image events of the backfill lane in, renditions and manifests out",
      settings: { ...worker, maximumConcurrency, reservedConcurrency },
      maxQueueAgeSeconds,
    },
  };
}

type Renderer = Omit<FunctionConsumer, "description" | "settings" | "maxQueueAgeSeconds">;

/** The worker, as a function of this name. */
function renderer({ pipeline, zips }: Deployment, places: Places, name: string): Renderer {
  return {
    name,
    zip: zips.worker,
    environment: (queueUrl) => ({
      ...WorkerEnvironment.encode({
        PROCESSED_BUCKET: places.processed.name,
        IMAGE_RESULTS_TOPIC_ARN: places.imageResults.arn,
        RENDITIONS_QUEUE_URL: queueUrl,
        MAX_RECEIVE_COUNT: pipeline.worker.maxReceiveCount,
        PRESETS: pipeline.presets,
        LIMITS: pipeline.limits,
      }),
      // Halves the process's memory (500 to 250 MB over 500 photographs) at no cost in time.
      MALLOC_ARENA_MAX: "2",
    }),
    permissions: (queueArn) => [
      ...workerPolicy(toArns(places), pipeline.uploads.prefix),
      deferMessages(queueArn),
      ...readWithKey(pipeline.uploads.existingBucketKeyArn, pipeline.region),
    ],
    keyServices: ["s3", "sns"],
    watches: (functionName) => [rejections(name, functionName, pipeline.alarms.maxRejectedPercent)],
  };
}

function toArns({ uploads, processed, imageResults }: Places) {
  return {
    uploadBucket: uploads.arn,
    processedBucket: processed.arn,
    imageResultsTopic: imageResults.arn,
  };
}
