import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import type { Pipeline } from "@image-pipeline/schema/config";
import { PRICES_OF } from "@image-pipeline/schema/prices";
import type { TerraformStack } from "cdktf";
import type { Deployment } from "./deployment.ts";
import { idleCost } from "./idle-cost.ts";
import { isProduction, notifiesNobody } from "./rules/pipeline-rules.ts";

/** Lambda refuses a reservation that leaves fewer (docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html). */
const UNRESERVED_EXECUTIONS = 100;

/** Returns lines about what an environment takes from its account and costs, and whom its alarms notify. */
export function toNotes(
  stacks: readonly TerraformStack[],
  { pipeline }: Pick<Deployment, "pipeline">,
): string[] {
  return [
    concurrencyNote(stacks),
    costNote(stacks, pipeline),
    ...recipientNote(pipeline),
    ...existingBucketNote(pipeline),
    ...corsNote(pipeline),
    ...keyNote(pipeline),
    ...operatorsNote(pipeline),
  ];
}

function costNote(stacks: readonly TerraformStack[], pipeline: Pipeline): string {
  const costs = Object.entries(idleCost(stacks, pipeline)).filter(([, usd]) => usd >= 0.005);
  const sum = costs.reduce((total, [, usd]) => total + usd, 0);
  const parts = costs.map(([name, usd]) => `${name} ${usd.toFixed(2)}`).join(", ");
  return `Costs about ${sum.toFixed(2)} USD a month while idle (${parts}; list prices of ${PRICES_OF}, after SQS's free million requests).`;
}

/**
 * A note, where a rule makes it an error in production: a trial needs no recipient. The line disappears with a recipient, or
 * outside production with one explicit setting.
 */
function recipientNote(pipeline: Pipeline): string[] {
  const { environment, alarms } = pipeline;
  if (!notifiesNobody(pipeline) || (alarms.unattended && !isProduction(pipeline))) return [];
  const targets = "set alarms.email, topicArns, slack or teams";
  return [
    alarms.unattended
      ? `The alarms of "${environment}" notify nobody, which alarms.unattended allows: ${targets}.`
      : `The alarms of "${environment}" notify nobody: ${targets}, or alarms.unattended: true if that is intended.`,
  ];
}

function concurrencyNote(stacks: readonly TerraformStack[]): string {
  const reserved = reservedExecutions(stacks);
  return reserved === 0
    ? "Reserves no concurrent executions: its functions share the account's (reserveConcurrency)."
    : `Reserves ${reserved} concurrent executions: Lambda needs a quota of at least ${reserved + UNRESERVED_EXECUTIONS}, plus what the account reserves elsewhere.`;
}

/** Returns the sum of the reservations of all functions. */
export function reservedExecutions(stacks: readonly TerraformStack[]): number {
  return stacks
    .flatMap((stack) => stack.node.findAll())
    .filter((construct) => construct instanceof LambdaFunction)
    .reduce((sum, lambda) => sum + (lambda.reservedConcurrentExecutionsInput ?? 0), 0);
}

/** S3 replaces the whole configuration (API_PutBucketNotificationConfiguration), and a plan shows only a new resource. */
function existingBucketNote({ uploads }: Pipeline): string[] {
  if (uploads.existingBucket === null) return [];
  const bucket = uploads.existingBucket;
  if (uploads.trigger === "eventbridge")
    return [
      `Leaves the notifications of the bucket ${bucket} alone: its owner must have it send events to EventBridge, as docs/deploying.md shows.`,
    ];
  return [
    `Replaces every notification of the bucket ${bucket}, EventBridge's included (uploads.trigger: "eventbridge" replaces none): aws s3api get-bucket-notification-configuration --bucket ${bucket} shows those that it has.`,
  ];
}

/** S3 replaces all CORS rules of a bucket (API_PutBucketCors), so the rule for an existing one is its owner's to add. */
function corsNote({ uploads: { existingBucket, allowedOrigins } }: Pipeline): string[] {
  if (existingBucket === null || allowedOrigins.length === 0) return [];
  return [
    `Adds no CORS rule to the bucket ${existingBucket} for ${allowedOrigins.join(", ")}: add it yourself, as docs/security.md says.`,
  ];
}

function keyNote({ encryption, retiredKey, environment }: Pipeline): string[] {
  if (encryption === "kms") return [];
  return retiredKey === true
    ? [
        `Keeps the retired KMS key of "${environment}", and the permissions to decrypt with it: what it encrypted stays readable.`,
      ]
    : [
        `Has no KMS key. If "${environment}" was ever deployed with encryption "kms", everything that key encrypted cannot be read after this deployment: then set retiredKey: true.`,
      ];
}

/** The policies of topics and queues deny all others, administrators included. */
function operatorsNote({ iam }: Pipeline): string[] {
  if (iam.operators.length > 0) return [];
  return [
    "Has no operators (iam.operators): AWS refuses backfill, check --repair and dlq redrive to everybody, administrators included.",
  ];
}
