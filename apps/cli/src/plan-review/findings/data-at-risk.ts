import { at } from "../attribute.ts";
import { inCode } from "../markdown.ts";
import type { Attributes, Change } from "../plan.ts";
import type { Finding } from "./finding.ts";

/** Resources that hold data, or that are needed to read it. */
const HOLDS: Readonly<Record<string, string>> = {
  aws_s3_bucket: "every object in it",
  aws_sqs_queue: "every message in it",
  aws_kms_key: "the ability to read everything encrypted with it",
  aws_sns_topic: "its subscriptions, also those that others made",
  aws_cloudwatch_log_group: "every line in it",
  aws_dynamodb_table: "every item in it",
};

/**
 * Finds data that the plan would lose: resources with data, settings that remove data sooner, and notifications of others.
 *
 * @param existingBucket the upload bucket, if the pipeline did not create it
 */
export function dataAtRisk(changes: readonly Change[], existingBucket: string | null): Finding[] {
  return changes.flatMap((change) => [
    ...destroyed(change),
    ...sooner(change),
    ...overwritten(change, existingBucket),
  ]);
}

/** S3 replaces the whole configuration of a bucket (API_PutBucketNotificationConfiguration), and a plan shows only a new resource. */
function overwritten({ address, type, action, after }: Change, existingBucket: string | null): Finding[] {
  const isFirst = action === "create" || action === "replace";
  if (existingBucket === null || type !== "aws_s3_bucket_notification" || !isFirst) return [];
  if (after?.bucket !== existingBucket) return [];
  const command = inCode(`aws s3api get-bucket-notification-configuration --bucket ${existingBucket}`);
  const what = `**REPLACES** every notification of the existing bucket ${inCode(existingBucket)}, EventBridge's included: ${command} shows them`;
  return [{ address, what }];
}

function destroyed({ address, type, action, before, replacedFor }: Change): Finding[] {
  const lost = HOLDS[type];
  if (lost !== undefined && action === "forget")
    return [
      { address, what: `**no longer manages** ${inCode(String(at(before, "arn") ?? ""))}, nor ${lost}` },
    ];
  if (lost === undefined || (action !== "replace" && action !== "destroy")) return [];
  const name = String(at(before, "bucket") ?? at(before, "name") ?? at(before, "arn") ?? "");
  const change = replacedFor.length === 1 ? "changes" : "change";
  const why = replacedFor.length > 0 ? ` because ${replacedFor.map(inCode).join(", ")} ${change}` : "";
  const verb = action === "replace" ? `REPLACES (deletes and re-creates)${why}` : "DESTROYS";
  return [{ address, what: `**${verb}**: ${inCode(name)} is lost with ${lost}` }];
}

/** Settings of resources that remain, by type: a change that removes data sooner. */
const SOONER: Readonly<Record<string, (before: Attributes, after: Attributes) => string | null>> = {
  aws_s3_bucket: (before, after) =>
    before.force_destroy !== true && after.force_destroy === true
      ? "may now be destroyed with the objects in it (`force_destroy`)"
      : null,
  aws_s3_bucket_versioning: (before, after) => {
    const status = (side: Attributes) => at(side.versioning_configuration, 0, "status");
    return status(before) === "Enabled" && status(after) !== "Enabled"
      ? "no longer keeps overwritten or deleted objects (versioning)"
      : null;
  },
  aws_s3_bucket_lifecycle_configuration: (before, after) => {
    const shorter = expirations(after).filter(
      ([id, days]) => days < (new Map(expirations(before)).get(id) ?? Number.POSITIVE_INFINITY),
    );
    return shorter.length > 0
      ? `removes objects sooner: ${shorter.map(([id, days]) => `${inCode(id)} after ${days} days`).join(", ")}`
      : null;
  },
  aws_sqs_queue: (before, after) =>
    shorter(before, after, "message_retention_seconds", (seconds) => `keeps messages for ${seconds} s only`),
  aws_cloudwatch_log_group: (before, after) =>
    shorter(before, after, "retention_in_days", (days) => `keeps its lines for ${days} days only`),
  aws_kms_key: (before, after) =>
    before.is_enabled !== false && after.is_enabled === false
      ? "is disabled: nothing encrypted with it can be read"
      : null,
};

function sooner({ address, type, action, before, after }: Change): Finding[] {
  if (action !== "update" || !before || !after) return [];
  const what = SOONER[type]?.(before, after);
  return what ? [{ address, what }] : [];
}

function shorter(before: Attributes, after: Attributes, name: string, say: (value: number) => string) {
  // Retention 0 keeps forever.
  const [was, is] = [Number(before[name]) || Number.POSITIVE_INFINITY, Number(after[name])];
  return is > 0 && is < was ? say(is) : null;
}

/** Rules of a lifecycle that remove objects, with their days. */
function expirations({ rule }: Attributes): [string, number][] {
  if (!Array.isArray(rule)) return [];
  return rule.flatMap((one): [string, number][] => {
    const id = String(at(one, "id"));
    const days: [string, number][] = [
      [id, Number(at(one, "expiration", 0, "days"))],
      [`${id}, old versions`, Number(at(one, "noncurrent_version_expiration", 0, "noncurrent_days"))],
    ];
    return at(one, "status") === "Enabled" ? days.filter(([, value]) => value > 0) : [];
  });
}
