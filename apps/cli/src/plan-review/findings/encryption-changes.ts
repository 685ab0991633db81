import { at } from "../attribute.ts";
import { asText, inCode } from "../markdown.ts";
import type { Attributes, Change } from "../plan.ts";
import type { Finding } from "./finding.ts";
import { grantsOf } from "./grant.ts";

/** Descriptions of the encryption of each type of resource. */
const ENCRYPTION: Readonly<Record<string, (attributes: Attributes) => string>> = {
  aws_sqs_queue: ({ kms_master_key_id, sqs_managed_sse_enabled }) =>
    keyed(kms_master_key_id) ?? (sqs_managed_sse_enabled === true ? "SQS's own key" : "nothing"),
  aws_sns_topic: ({ kms_master_key_id }) => keyed(kms_master_key_id) ?? "nothing",
  aws_cloudwatch_log_group: ({ kms_key_id }) => keyed(kms_key_id) ?? "CloudWatch's own key",
  aws_lambda_function: ({ kms_key_arn }) => keyed(kms_key_arn) ?? "Lambda's own key",
  aws_s3_bucket_server_side_encryption_configuration: ({ rule }) => {
    const settings = at(rule, 0, "apply_server_side_encryption_by_default", 0);
    return (
      keyed(at(settings, "kms_master_key_id")) ??
      asText(String(at(settings, "sse_algorithm") ?? "S3's own key"))
    );
  },
  aws_kms_key: ({ enable_key_rotation }) =>
    enable_key_rotation === true ? "a key that is rotated" : "a key that is never rotated",
};

/** Finds data whose protection changes, at rest or in transit. */
export function encryptionChanges(changes: readonly Change[]): Finding[] {
  return changes.flatMap((change) => [...atRest(change), ...inTransit(change)]);
}

function atRest({ address, type, action, before, after, unknown }: Change): Finding[] {
  const describe = ENCRYPTION[type];
  if (!describe || !before || (!after && action !== "destroy")) return [];
  if (after === null)
    return type.startsWith("aws_s3_") ? [{ address, what: `no longer ${describe(before)} by default` }] : [];
  if ([...unknown].some((name) => /kms/.test(name)))
    return [{ address, what: "gets a key that is not known yet" }];
  const [was, is] = [describe(before), describe(after)];
  return was === is ? [] : [{ address, what: `from ${was} to ${is}` }];
}

function inTransit({ address, type, before, after, unknown }: Change): Finding[] {
  if (!before || unknown.has("policy")) return [];
  const demandsTls = (side: Attributes | null) =>
    grantsOf(type, side).some(
      ({ effect, condition }) => effect === "Deny" && condition.includes("aws:SecureTransport"),
    );
  return demandsTls(before) && !demandsTls(after) ? [{ address, what: "no longer demands TLS" }] : [];
}

function keyed(key: unknown): string | null {
  return typeof key === "string" && key !== "" ? `the key ${inCode(key)}` : null;
}
