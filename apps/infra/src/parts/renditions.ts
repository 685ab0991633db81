import { ImageEvent } from "@image-pipeline/schema";
import { WorkerEnvironment } from "@image-pipeline/schema/config";
import type { FunctionConsumer } from "../constructs/function-consumer.ts";
import type { SubscriberProps } from "../constructs/subscriber.ts";
import type { Deployment } from "../deployment.ts";
import { rejections } from "../observability/pipeline-watches.ts";
import { deferMessages } from "../policies/consumer-policy.ts";
import { readWithKey } from "../policies/key-policy.ts";
import { workerPolicy } from "../policies/worker-policy.ts";
import type { Bucket } from "./buckets.ts";

const EVENT_TYPES = ImageEvent.options.map((event) => event.shape.type.value);

export interface RenditionsProps {
  uploads: Bucket;
  processed: Bucket;
  imageEvents: { arn: string };
  imageResults: { arn: string };
}

/** The subscriber that renders what is uploaded, as it happens. */
export function renditions(deployment: Deployment, props: RenditionsProps): SubscriberProps {
  const { worker, alarms } = deployment.pipeline;
  return {
    name: "renditions",
    subscriptions: [{ topic: props.imageEvents, filterPolicy: { type: EVENT_TYPES, lane: ["live"] } }],
    consumer: {
      ...renderer(deployment, props, "worker"),
      description: "Image events in, renditions and manifests out",
      settings: worker,
      maxQueueAgeSeconds: alarms.maxQueueAgeSeconds,
    },
  };
}

/** The same work on the backfill lane: a queue and few executions of its own, so that fresh uploads never wait for it. */
export function backfill(deployment: Deployment, props: RenditionsProps): SubscriberProps {
  const { worker, backfill: lane } = deployment.pipeline;
  const { maximumConcurrency, reservedConcurrency, maxQueueAgeSeconds } = lane;
  return {
    name: "backfill",
    subscriptions: [{ topic: props.imageEvents, filterPolicy: { type: EVENT_TYPES, lane: ["backfill"] } }],
    consumer: {
      ...renderer(deployment, props, "backfill"),
      description: "Image events of the backfill lane in, renditions and manifests out",
      settings: { ...worker, maximumConcurrency, reservedConcurrency },
      maxQueueAgeSeconds,
    },
  };
}

type Renderer = Omit<FunctionConsumer, "description" | "settings" | "maxQueueAgeSeconds">;

/** The worker, as a function of this name. */
function renderer({ pipeline, zips }: Deployment, props: RenditionsProps, name: string): Renderer {
  return {
    name,
    zip: zips.worker,
    environment: (queueUrl) => ({
      ...WorkerEnvironment.encode({
        PROCESSED_BUCKET: props.processed.name,
        IMAGE_RESULTS_TOPIC_ARN: props.imageResults.arn,
        RENDITIONS_QUEUE_URL: queueUrl,
        MAX_RECEIVE_COUNT: pipeline.worker.maxReceiveCount,
        PRESETS: pipeline.presets,
        LIMITS: pipeline.limits,
      }),
      // Halves the process's memory (500 to 250 MB over 500 photographs) at no cost in time.
      MALLOC_ARENA_MAX: "2",
    }),
    permissions: (queueArn) => [
      ...workerPolicy(toArns(props), pipeline.uploads.prefix),
      deferMessages(queueArn),
      ...readWithKey(pipeline.uploads.existingBucketKeyArn, pipeline.region),
    ],
    keyServices: ["s3", "sns"],
    watches: (functionName) => [rejections(name, functionName, pipeline.alarms.maxRejectedPercent)],
  };
}

function toArns({ uploads, processed, imageResults }: RenditionsProps) {
  return {
    uploadBucket: uploads.arn,
    processedBucket: processed.arn,
    imageResultsTopic: imageResults.arn,
  };
}
