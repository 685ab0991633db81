import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { EncryptionKey } from "../constructs/encryption-key.ts";
import { EventTopic } from "../constructs/event-topic.ts";
import { Subscriber, subscribersIn } from "../constructs/subscriber.ts";
import { type Deployment, ROOT_FOLDER } from "../deployment.ts";
import { toStackId } from "../names.ts";
import { Observability } from "../observability/observability.ts";
import { Audit, type AuditProps } from "../parts/audit.ts";
import { createBuckets } from "../parts/buckets.ts";
import { Ingest } from "../parts/ingest.ts";
import { type Subscribers, subscribers } from "../parts/subscribers.ts";
import { keyPolicy } from "../policies/key-policy.ts";
import { bindToAccount } from "./account.ts";

/** Buckets, topics, ingest and every subscriber: everything but the bucket notification that sets them going. */
export class CoreStack extends TerraformStack {
  constructor(scope: Construct, deployment: Deployment, listed: Subscribers = subscribers) {
    super(scope, toStackId("core", deployment.pipeline.environment));
    const accountId = bindToAccount(this, { ...deployment, rootFolder: ROOT_FOLDER });
    const key = createKey(this, deployment, accountId);
    const keyArn = key?.arn ?? null;
    const { uploads, processed } = createBuckets(this, deployment, { accountId, key });
    const { imageEventsTopic, imageResultsTopic } = deployment.names;
    const imageEvents = new EventTopic(this, "ImageEvents", { topicName: imageEventsTopic, keyArn }).topic;
    const imageResults = new EventTopic(this, "ImageResults", { topicName: imageResultsTopic, keyArn }).topic;
    const ingest = new Ingest(this, "Ingest", deployment, { imageEvents, keyArn });
    const places = { uploads, processed, imageEvents, imageResults };
    const basis = { ...deployment, accountId, keyArn };
    for (const [id, props] of Object.entries(listed(deployment, places)))
      new Subscriber(this, id, basis, props);
    const { alarms } = new Observability(this, "Observability", deployment, { accountId, keyArn });
    publishOutputs(this, {
      upload_bucket_name: uploads.name,
      processed_bucket_name: processed.name,
      image_events_topic_arn: imageEvents.arn,
      image_results_topic_arn: imageResults.arn,
      ingest_failure_queue_url: ingest.queues.failures.queue.url,
      ingest_dlq_url: ingest.queues.deadLetters.queue.url,
      alarm_topic_arn: alarms.arn,
      ingest_function_arn: ingest.handler.function.arn,
    });
    for (const { outputs } of subscribersIn(this)) publishOutputs(this, outputs);
    if (deployment.pipeline.audit.enabled) this.addAudit(deployment, { uploads, processed, keyArn });
  }

  private addAudit(deployment: Deployment, props: AuditProps): void {
    const { failures, deadLetters } = new Audit(this, "Audit", deployment, props).queues;
    publishOutputs(this, {
      audit_failure_queue_url: failures.queue.url,
      audit_dlq_url: deadLetters.queue.url,
    });
  }
}

/** @returns the key that everything lies under, or null where the config leaves that to AWS's own keys */
function createKey(stack: TerraformStack, deployment: Deployment, accountId: string): EncryptionKey | null {
  const { names, pipeline } = deployment;
  if (pipeline.encryption === "sse-s3") return null;
  return new EncryptionKey(stack, "Encryption", {
    aliasName: names.keyAlias,
    description: `What ${names.prefix} keeps: objects, messages, logs, variables`,
    policy: keyPolicy(deployment, accountId),
  });
}

/** Terraform's outputs, under exactly these names. */
function publishOutputs(stack: TerraformStack, outputs: Record<string, string>): void {
  for (const [name, value] of Object.entries(outputs))
    new TerraformOutput(stack, name, { value, staticId: true });
}
