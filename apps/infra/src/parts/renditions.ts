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

export interface RenditionsProps {
  uploads: Bucket;
  processed: Bucket;
  imageEvents: { arn: string };
  imageResults: { arn: string };
}

/** The subscriber that renders: image events in, renditions and manifests out. */
export function renditions(deployment: Deployment, props: RenditionsProps): SubscriberProps {
  const type = ImageEvent.options.map((event) => event.shape.type.value);
  return {
    name: "renditions",
    subscriptions: [{ topic: props.imageEvents, filterPolicy: { type } }],
    consumer: worker(deployment, props),
  };
}

function worker({ pipeline, zips }: Deployment, props: RenditionsProps): FunctionConsumer {
  const { maxQueueAgeSeconds, maxRejectedPercent } = pipeline.alarms;
  return {
    name: "worker",
    zip: zips.worker,
    description: "Image events in, renditions and manifests out",
    settings: pipeline.worker,
    maxQueueAgeSeconds,
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
    watches: (functionName) => [rejections(functionName, maxRejectedPercent)],
  };
}

function toArns({ uploads, processed, imageResults }: RenditionsProps) {
  return {
    uploadBucket: uploads.arn,
    processedBucket: processed.arn,
    imageResultsTopic: imageResults.arn,
  };
}
