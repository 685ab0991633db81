import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import { AuditEnvironment } from "@image-pipeline/schema/environment";
import { Construct } from "constructs";
import {
  type FailureQueues,
  failureQueues,
  keepFailedInvocations,
} from "../constructs/asynchronous-invocation.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import type { Bucket, StackContext } from "../deployment.ts";
import type { HandlerZip } from "../handler-zips.ts";
import { auditPolicy } from "../policies/audit-policy.ts";
import { readWithKey, useKeyThrough } from "../policies/key-policy.ts";
import type { Statement } from "../policies/policy-document.ts";
import { auditWatches } from "../watches/audit-watches.ts";
import type { Watch } from "../watches/watch.ts";

export interface AuditProps {
  zip: HandlerZip;
  uploads: Bucket;
  processed: Bucket;
}

/** The scheduled function that checks sources, manifests and renditions, and the queues for runs that failed permanently. */
export class Audit extends Construct {
  readonly queues: FailureQueues;
  readonly watches: readonly Watch[];

  constructor(scope: Construct, id: string, context: StackContext, props: AuditProps) {
    super(scope, id);
    const { pipeline, names } = context;
    this.queues = failureQueues(this, context, {
      functionName: names.auditFunction,
      failureQueue: names.auditFailureQueue,
      deadLetterQueue: names.auditDeadLetterQueue,
    });
    const handler = new NodeFunction(this, "Handler", context, {
      functionName: names.auditFunction,
      description: "Compares sources, manifests and renditions, and repairs nothing",
      zip: props.zip,
      settings: pipeline.audit,
      deadLetterQueueArn: this.queues.deadLetters.queue.arn,
      environment: toEnvironment(context, props),
      permissions: toPermissions(context, props, this.queues),
    });
    keepFailedInvocations(this, handler, this.queues);
    this.schedule(handler, context);
    this.watches = auditWatches(context);
  }

  private schedule({ live }: NodeFunction, { pipeline, names }: StackContext): void {
    const rule = new CloudwatchEventRule(this, "Schedule", {
      name: names.auditFunction,
      description: "Starts the audit",
      scheduleExpression: toRate(pipeline.audit.intervalHours),
    });
    const permission = new LambdaPermission(this, "InvokeAudit", {
      statementId: "AllowScheduleOfLive",
      action: "lambda:InvokeFunction",
      functionName: live.functionName,
      qualifier: live.name,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
      // The new permission exists before the target changes, and the old one until then.
      lifecycle: { createBeforeDestroy: true },
    });
    new CloudwatchEventTarget(this, "Target", {
      rule: rule.name,
      targetId: "audit",
      arn: live.arn,
      dependsOn: [permission],
    });
  }
}

/** Returns EventBridge's rate expression (docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html). */
function toRate(hours: number): string {
  return hours === 1 ? "rate(1 hour)" : `rate(${hours} hours)`;
}

function toEnvironment(
  { pipeline }: StackContext,
  { uploads, processed }: AuditProps,
): Record<string, string> {
  const { prefix, suffixes } = pipeline.uploads;
  return AuditEnvironment.encode({
    UPLOAD_BUCKET: uploads.name,
    PROCESSED_BUCKET: processed.name,
    KEYS: { prefix, suffixes },
    SUPERSEDED_DAYS: pipeline.retention.supersededDays,
    MAX_IMAGES: pipeline.audit.maxImagesPerRun,
  });
}

function toPermissions(
  { pipeline, decryptionKeyArn }: StackContext,
  { uploads, processed }: AuditProps,
  { failures, deadLetters }: FailureQueues,
): Statement[] {
  const arns = {
    uploadBucket: uploads.arn,
    processedBucket: processed.arn,
    failureQueues: [failures.queue.arn, deadLetters.queue.arn],
  };
  return [
    ...auditPolicy(arns, pipeline.uploads.prefix),
    ...useKeyThrough(decryptionKeyArn, pipeline.region, ["s3", "sqs"]),
    ...readWithKey(pipeline.uploads.existingBucketKeyArn, pipeline.region),
  ];
}
