import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { WorkerEnvironment } from "@image-pipeline/schema/config";
import { Construct } from "constructs";
import { NodeFunction } from "../constructs/node-function.ts";
import { QueueConsumer } from "../constructs/queue-consumer.ts";
import type { SubscriberQueue } from "../constructs/subscriber-queue.ts";
import type { Deployment } from "../deployment.ts";
import { readWithKey, useKeyThrough } from "../policies/key-policy.ts";
import type { Statement } from "../policies/policy-document.ts";
import { workerPolicy } from "../policies/worker-policy.ts";
import type { Bucket } from "./buckets.ts";
import { toFunctionSettings, toRuntimeVariables } from "./function-settings.ts";

export interface WorkerProps {
  uploads: Bucket;
  processed: Bucket;
  renditions: SubscriberQueue;
  imageResults: SnsTopic;
  keyArn: string | null;
}

/** The function that renders, and Lambda's poller that feeds it from the renditions queue. */
export class Worker extends Construct {
  readonly handler: NodeFunction;

  constructor(scope: Construct, id: string, deployment: Deployment, props: WorkerProps) {
    super(scope, id);
    const { pipeline, names, zips } = deployment;
    this.handler = new NodeFunction(this, "Handler", {
      functionName: names.workerFunction,
      description: "Image events in, renditions and manifests out",
      zip: zips.worker,
      ...toFunctionSettings(pipeline, "worker"),
      keyArn: props.keyArn,
      // Only ever invoked by its queue's poller, never asynchronously: the queue's DLQ is its own.
      deadLetterQueueArn: null,
      environment: toEnvironment(deployment, props),
      permissions: toPermissions(deployment, props),
    });
    new QueueConsumer(this, "Consumer", {
      queue: props.renditions.queue,
      consumer: this.handler,
      batchSize: pipeline.worker.batchSize,
      batchingWindowSeconds: pipeline.worker.batchingWindowSeconds,
      maximumConcurrency: pipeline.worker.maximumConcurrency,
    });
  }
}

function toEnvironment({ pipeline }: Deployment, props: WorkerProps): Record<string, string> {
  return {
    ...WorkerEnvironment.encode({
      PROCESSED_BUCKET: props.processed.name,
      IMAGE_RESULTS_TOPIC_ARN: props.imageResults.arn,
      RENDITIONS_QUEUE_URL: props.renditions.queue.url,
      MAX_RECEIVE_COUNT: pipeline.worker.maxReceiveCount,
      PRESETS: pipeline.presets,
      LIMITS: pipeline.limits,
    }),
    ...toRuntimeVariables(pipeline),
    // Halves the process's memory (500 to 250 MB over 500 photographs) at no cost in time.
    MALLOC_ARENA_MAX: "2",
  };
}

function toPermissions({ pipeline }: Deployment, props: WorkerProps): Statement[] {
  return [
    ...workerPolicy(toArns(props), pipeline.uploads.prefix),
    ...useKeyThrough(props.keyArn, pipeline.region, ["s3", "sns", "sqs"]),
    ...readWithKey(pipeline.uploads.existingBucketKeyArn, pipeline.region),
  ];
}

function toArns({ uploads, processed, renditions, imageResults }: WorkerProps) {
  return {
    uploadBucket: uploads.arn,
    processedBucket: processed.arn,
    renditionsQueue: renditions.queue.arn,
    imageResultsTopic: imageResults.arn,
  };
}
