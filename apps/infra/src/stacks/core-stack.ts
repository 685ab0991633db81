import { ImageEvent } from "@image-pipeline/schema";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { EncryptionKey } from "../constructs/encryption-key.ts";
import { EventTopic } from "../constructs/event-topic.ts";
import { SubscriberQueue } from "../constructs/subscriber-queue.ts";
import type { Deployment } from "../deployment.ts";
import { toStackId } from "../names.ts";
import { Observability } from "../observability/observability.ts";
import { createBuckets } from "../parts/buckets.ts";
import { Ingest } from "../parts/ingest.ts";
import { Worker } from "../parts/worker.ts";
import { keyPolicy } from "../policies/key-policy.ts";
import { bindToAccount } from "./account.ts";

/** Room for Lambda's own retries of a throttled batch (docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). */
const VISIBILITY_IN_FUNCTION_TIMEOUTS = 6;

/** Buckets, topics, queues and both functions: everything but the bucket notification that sets them going. */
export class CoreStack extends TerraformStack {
  constructor(scope: Construct, deployment: Deployment) {
    super(scope, toStackId("core", deployment.pipeline.environment));
    const accountId = bindToAccount(this, { ...deployment, rootFolder: "../../.." });
    const keyArn = createKey(this, deployment, accountId);
    const { uploads, processed } = createBuckets(this, deployment, { accountId, keyArn });
    const { imageEventsTopic, imageResultsTopic } = deployment.names;
    const imageEvents = new EventTopic(this, "ImageEvents", { topicName: imageEventsTopic, keyArn }).topic;
    const imageResults = new EventTopic(this, "ImageResults", { topicName: imageResultsTopic, keyArn }).topic;
    const renditions = new SubscriberQueue(this, "Renditions", {
      ...toRenditionsQueue(deployment),
      topic: imageEvents,
      accountId,
      keyArn,
    });
    const ingest = new Ingest(this, "Ingest", deployment, { imageEvents, keyArn });
    new Worker(this, "Worker", deployment, { uploads, processed, renditions, imageResults, keyArn });
    const { alarms } = new Observability(this, "Observability", deployment, { accountId, keyArn });
    publishOutputs(this, {
      upload_bucket_name: uploads.name,
      processed_bucket_name: processed.name,
      image_events_topic_arn: imageEvents.arn,
      image_results_topic_arn: imageResults.arn,
      renditions_queue_url: renditions.queue.url,
      renditions_dlq_url: renditions.deadLetterQueue.url,
      ingest_failure_queue_url: ingest.failures.queue.url,
      ingest_dlq_url: ingest.deadLetters.queue.url,
      alarm_topic_arn: alarms.arn,
      ingest_function_arn: ingest.handler.function.arn,
    });
  }
}

/** @returns the ARN of the key that everything lies under, or null where the config leaves that to AWS's own keys */
function createKey(stack: TerraformStack, deployment: Deployment, accountId: string): string | null {
  const { names, pipeline } = deployment;
  if (pipeline.encryption === "sse-s3") return null;
  return new EncryptionKey(stack, "Encryption", {
    aliasName: names.keyAlias,
    description: `What ${names.prefix} keeps: objects, messages, logs, variables`,
    policy: keyPolicy(deployment, accountId),
  }).arn;
}

function toRenditionsQueue({ pipeline, names }: Deployment) {
  const { timeoutSeconds, batchingWindowSeconds, maxReceiveCount } = pipeline.worker;
  return {
    queueName: names.renditionsQueue,
    deadLetterQueueName: names.renditionsDeadLetterQueue,
    eventTypes: ImageEvent.options.map((event) => event.shape.type.value),
    visibilityTimeoutSeconds: VISIBILITY_IN_FUNCTION_TIMEOUTS * timeoutSeconds + batchingWindowSeconds,
    maxReceiveCount,
  };
}

/** Terraform's outputs, under exactly these names. */
function publishOutputs(stack: TerraformStack, outputs: Record<string, string>): void {
  for (const [name, value] of Object.entries(outputs))
    new TerraformOutput(stack, name, { value, staticId: true });
}
