import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import type { EventPattern, ValueTest } from "@image-pipeline/schema/aws";
import type { Pipeline } from "@image-pipeline/schema/config";
import { LIVE_ALIAS } from "@image-pipeline/schema/names";
import { Construct } from "constructs";
import type { Deployment } from "../deployment.ts";

/** EventBridge's maximums (docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html). */
const RETRIES = 185;
const MAX_EVENT_AGE_SECONDS = 24 * 60 * 60;

/**
 * The rule by which EventBridge sends the upload bucket's events to ingest. EventBridge invokes the function asynchronously:
 * its retries and its DLQ are for events that Lambda did not accept, and Lambda's own for those that failed in the function.
 */
export class BridgedUploads extends Construct {
  readonly target: CloudwatchEventTarget;

  constructor(scope: Construct, id: string, { names, pipeline }: Deployment, accountId: string) {
    super(scope, id);
    const rule = new CloudwatchEventRule(this, "Rule", {
      name: names.uploadsRule,
      description: "Uploads and deletions of the upload bucket",
      eventPattern: JSON.stringify(uploadsPattern(names.uploadBucket(accountId), pipeline.uploads)),
    });
    const permission = new LambdaPermission(this, "InvokeIngest", {
      statementId: "AllowUploadsRule",
      action: "lambda:InvokeFunction",
      functionName: names.ingestFunction,
      qualifier: LIVE_ALIAS,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    });
    this.target = new CloudwatchEventTarget(this, "Target", {
      rule: rule.name,
      targetId: "ingest",
      arn: `${names.functionArn(names.ingestFunction, accountId)}:${LIVE_ALIAS}`,
      retryPolicy: { maximumRetryAttempts: RETRIES, maximumEventAgeInSeconds: MAX_EVENT_AGE_SECONDS },
      deadLetterConfig: { arn: names.queueArn(names.ingestDeadLetterQueue, accountId) },
      dependsOn: [permission],
    });
  }
}

/** Returns the pattern of the events that ingest gets: expirations by a lifecycle are among the deletions. */
export function uploadsPattern(bucket: string, uploads: Pipeline["uploads"]): EventPattern {
  const keys = keyTests(uploads);
  return {
    source: ["aws.s3"],
    "detail-type": ["Object Created", "Object Deleted"],
    detail: { bucket: { name: [bucket] }, ...(keys.length > 0 && { object: { key: keys } }) },
  };
}

/** Returns tests of which a key must pass one. Only a wildcard tests both its beginning and its end. */
function keyTests({ prefix, suffixes }: Pipeline["uploads"]): ValueTest[] {
  if (suffixes.length === 0) return prefix === "" ? [] : [{ prefix }];
  if (prefix === "") return suffixes.map((suffix) => ({ suffix }));
  return suffixes.map((suffix) => ({ wildcard: `${escaped(prefix)}*${escaped(suffix)}` }));
}

function escaped(text: string): string {
  return text.replace(/[\\*]/g, "\\$&");
}
