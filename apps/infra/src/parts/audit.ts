import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import { AuditEnvironment } from "@image-pipeline/schema/config";
import { Construct } from "constructs";
import {
  type FailureQueues,
  failureQueues,
  keepFailedInvocations,
} from "../constructs/asynchronous-invocation.ts";
import { toFunctionSettings, toRuntimeVariables } from "../constructs/function-settings.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import type { Deployment } from "../deployment.ts";
import { auditPolicy } from "../policies/audit-policy.ts";
import { readWithKey, useKeyThrough } from "../policies/key-policy.ts";
import type { Statement } from "../policies/policy-document.ts";
import type { Bucket } from "./buckets.ts";

export interface AuditProps {
  uploads: Bucket;
  processed: Bucket;
  keyArn: string | null;
}

/** The function that looks, on a schedule, at whether the world is whole, and where a run goes that failed for good. */
export class Audit extends Construct {
  readonly queues: FailureQueues;

  constructor(scope: Construct, id: string, deployment: Deployment, props: AuditProps) {
    super(scope, id);
    const { pipeline, names, zips } = deployment;
    const { keyArn } = props;
    this.queues = failureQueues(this, {
      failureQueue: names.auditFailureQueue,
      deadLetterQueue: names.auditDeadLetterQueue,
      keyArn,
    });
    const handler = new NodeFunction(this, "Handler", {
      functionName: names.auditFunction,
      description: "Compares sources, manifests and renditions, and repairs nothing",
      zip: zips.audit,
      ...toFunctionSettings(pipeline, pipeline.audit),
      keyArn,
      deadLetterQueueArn: this.queues.deadLetters.queue.arn,
      environment: toEnvironment(deployment, props),
      permissions: toPermissions(deployment, props, this.queues),
    });
    keepFailedInvocations(this, handler, this.queues);
    this.schedule(handler, deployment);
  }

  private schedule({ function: lambda }: NodeFunction, { pipeline, names }: Deployment): void {
    const rule = new CloudwatchEventRule(this, "Schedule", {
      name: names.auditFunction,
      description: "Sets the audit going",
      scheduleExpression: toRate(pipeline.audit.intervalHours),
    });
    new LambdaPermission(this, "InvokeAudit", {
      statementId: "AllowSchedule",
      action: "lambda:InvokeFunction",
      functionName: lambda.functionName,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    });
    new CloudwatchEventTarget(this, "Target", { rule: rule.name, targetId: "audit", arn: lambda.arn });
  }
}

/** As EventBridge writes it (docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html). */
function toRate(hours: number): string {
  return hours === 1 ? "rate(1 hour)" : `rate(${hours} hours)`;
}

function toEnvironment({ pipeline }: Deployment, { uploads, processed }: AuditProps): Record<string, string> {
  const { prefix, suffixes } = pipeline.uploads;
  return {
    ...AuditEnvironment.encode({
      UPLOAD_BUCKET: uploads.name,
      PROCESSED_BUCKET: processed.name,
      KEYS: { prefix, suffixes },
      SUPERSEDED_DAYS: pipeline.retention.supersededDays,
      MAX_IMAGES: pipeline.audit.maxImagesPerRun,
    }),
    ...toRuntimeVariables(pipeline),
  };
}

function toPermissions(
  { pipeline }: Deployment,
  { uploads, processed, keyArn }: AuditProps,
  { failures, deadLetters }: FailureQueues,
): Statement[] {
  const arns = {
    uploadBucket: uploads.arn,
    processedBucket: processed.arn,
    failureQueues: [failures.queue.arn, deadLetters.queue.arn],
  };
  return [
    ...auditPolicy(arns, pipeline.uploads.prefix),
    ...useKeyThrough(keyArn, pipeline.region, ["s3", "sqs"]),
    ...readWithKey(pipeline.uploads.existingBucketKeyArn, pipeline.region),
  ];
}
