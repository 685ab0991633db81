import {
  at,
  broken,
  companions,
  deniesInsecureTransport,
  isAnyone,
  type Resource,
  resourcesOf,
  type Stacks,
  without,
} from "../controls/control.ts";
import { statementsOf } from "../policies.ts";
import type { Rule, Rules } from "./rule.ts";

const BUCKET = "aws_s3_bucket";
const ACL = "aws_s3_bucket_acl";
const BLOCK = "aws_s3_bucket_public_access_block";
const ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration";

const blocks =
  (...names: readonly string[]): Rule =>
  (stacks) =>
    without(stacks, BUCKET, { type: BLOCK, holds: (block) => names.every((name) => block[name] === true) });

/** Returns a rule that every bucket has a companion of this type. */
const has =
  (type: string): Rule =>
  (stacks) =>
    without(stacks, BUCKET, { type, holds: () => true });

const encryptedWith =
  (...algorithms: readonly string[]): Rule =>
  (stacks) =>
    without(stacks, BUCKET, {
      type: ENCRYPTION,
      holds: ({ rule }) =>
        algorithms.includes(String(at(rule, 0, "apply_server_side_encryption_by_default", "sse_algorithm"))),
    });

const versioned: Rule = (stacks) =>
  without(stacks, BUCKET, {
    type: "aws_s3_bucket_versioning",
    holds: (versioning) => at(versioning, "versioning_configuration", "status") === "Enabled",
  });

const withoutAcl: Rule = (stacks) => [
  ...without(stacks, BUCKET, {
    type: "aws_s3_bucket_ownership_controls",
    holds: ({ rule }) => at(rule, "object_ownership") === "BucketOwnerEnforced",
  }),
  ...resourcesOf(stacks, ACL).map(({ address }) => address),
];

const publicAcl =
  (isPublic: RegExp): Rule =>
  (stacks) =>
    [BUCKET, ACL].flatMap((type) =>
      broken(stacks, type, ({ attributes }) => !isPublic.test(String(attributes.acl))),
    );

/** Checkov also accepts the target of another bucket's log. */
const logged: Rule = (stacks) => {
  const sources = resourcesOf(stacks, "aws_s3_bucket_logging").map(({ attributes }) =>
    String(attributes.bucket),
  );
  return broken(stacks, BUCKET, ({ address }) =>
    sources.some((source) => source.startsWith(`\${${address}.`)),
  );
};

/** Trivy exempts the bucket to which S3 delivers access logs. */
const exceptLogs =
  (rule: Rule): Rule =>
  (stacks) => {
    const failing = rule(stacks);
    return resourcesOf(stacks, BUCKET)
      .filter((bucket) => failing.includes(bucket.address) && !receivesLogs(stacks, bucket))
      .map(({ address }) => address);
  };

function receivesLogs(stacks: Stacks, bucket: Resource): boolean {
  return companions(stacks, "aws_s3_bucket_policy", bucket).some(({ attributes }) =>
    statementsOf(attributes.policy).some(
      ({ Principal }) => at(Principal, "Service") === "logging.s3.amazonaws.com",
    ),
  );
}

/** Actions of another account that S3.6 forbids. */
const OWNERS_ACTIONS =
  /^(\*|s3:(\*|DeleteBucketPolicy|PutBucketAcl|PutBucketPolicy|PutEncryptionConfiguration|PutObjectAcl))$/;
const policyAllows =
  (isRefused: (statement: ReturnType<typeof statementsOf>[number]) => boolean): Rule =>
  (stacks) =>
    broken(
      stacks,
      "aws_s3_bucket_policy",
      ({ attributes }) =>
        !statementsOf(attributes.policy).some(
          (statement) => statement.Effect === "Allow" && isRefused(statement),
        ),
    );
/** Checkov's rule CKV_AWS_93: nobody can change the policy of a bucket that denies it to everyone, except root. */
const locksOut: Rule = (stacks) =>
  broken(stacks, "aws_s3_bucket_policy", ({ attributes }) =>
    statementsOf(attributes.policy).every(
      ({ Effect, Principal, Action, Condition }) =>
        Effect === "Allow" ||
        Condition !== undefined ||
        !isAnyone(Principal) ||
        !Action.some((action) => /^(\*|s3:(\*|Put\*|\*BucketPolicy|PutBucketPolicy))$/.test(action)),
    ),
  );

const withAbort: Rule = (stacks) =>
  broken(
    stacks,
    "aws_s3_bucket_lifecycle_configuration",
    ({ attributes }) =>
      Array.isArray(attributes.rule) &&
      attributes.rule.some(
        (one) =>
          at(one, "status") === "Enabled" &&
          at(one, "abort_incomplete_multipart_upload") !== undefined &&
          JSON.stringify(at(one, "filter")) === "[{}]",
      ),
  );

/** Rules about a trail hold as long as the stacks have none. */
const aboutTrails: Rule = (stacks) => resourcesOf(stacks, "aws_cloudtrail").map(({ address }) => address);
const everyBucket: Rule = (stacks) => resourcesOf(stacks, BUCKET).map(({ address }) => address);

export const BUCKET_RULES: Rules = {
  CKV_AWS_18: has("aws_s3_bucket_logging"),
  "S3.9": logged,
  "AWS-0089": exceptLogs(has("aws_s3_bucket_logging")),
  CKV_AWS_19: encryptedWith("aws:kms", "AES256"),
  CKV_AWS_145: encryptedWith("aws:kms"),
  "AWS-0132": exceptLogs(encryptedWith("aws:kms")),
  CKV_AWS_20: publicAcl(/^public-read/),
  CKV_AWS_57: publicAcl(/^public-read-write$/),
  "AWS-0092": publicAcl(/^(public|authenticated)-read/),
  CKV_AWS_21: versioned,
  "AWS-0090": versioned,
  CKV_AWS_53: blocks("block_public_acls"),
  CKV_AWS_54: blocks("block_public_policy"),
  CKV_AWS_55: blocks("ignore_public_acls"),
  CKV_AWS_56: blocks("restrict_public_buckets"),
  "AWS-0086": blocks("block_public_acls"),
  "AWS-0087": blocks("block_public_policy"),
  "AWS-0091": blocks("ignore_public_acls"),
  "AWS-0093": blocks("restrict_public_buckets"),
  "AWS-0094": has(BLOCK),
  CKV2_AWS_6: blocks("block_public_acls", "block_public_policy"),
  "S3.2": blocks("ignore_public_acls", "restrict_public_buckets"),
  "S3.3": blocks("ignore_public_acls", "restrict_public_buckets"),
  "S3.8": blocks("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"),
  "S3.5": (stacks) =>
    without(stacks, BUCKET, {
      type: "aws_s3_bucket_policy",
      holds: ({ policy }) => deniesInsecureTransport(policy),
    }),
  CKV_AWS_70: policyAllows(({ Principal }) => isAnyone(Principal)),
  "S3.6": policyAllows(
    ({ Principal, Action }) =>
      at(Principal, "AWS") !== undefined && Action.some((action) => OWNERS_ACTIONS.test(action)),
  ),
  CKV_AWS_93: locksOut,
  CKV_AWS_143: (stacks) =>
    broken(stacks, BUCKET, ({ attributes }) => attributes.object_lock_configuration === undefined),
  CKV_AWS_144: has("aws_s3_bucket_replication_configuration"),
  "AWS-0170": (stacks) =>
    without(stacks, BUCKET, {
      type: "aws_s3_bucket_versioning",
      holds: (versioning) => at(versioning, "versioning_configuration", "mfa_delete") === "Enabled",
    }),
  "AWS-0171": everyBucket,
  "AWS-0172": everyBucket,
  "AWS-0161": aboutTrails,
  "AWS-0163": aboutTrails,
  "AWS-0320": (stacks) =>
    broken(stacks, BUCKET, ({ attributes }) => !/\.(?![^{]*\})/.test(String(attributes.bucket))),
  CKV_AWS_300: withAbort,
  CKV2_AWS_61: has("aws_s3_bucket_lifecycle_configuration"),
  "S3.13": has("aws_s3_bucket_lifecycle_configuration"),
  CKV2_AWS_62: has("aws_s3_bucket_notification"),
  "S3.1": (stacks) =>
    resourcesOf(stacks, "aws_s3_account_public_access_block").length > 0 ? [] : ["the account"],
  CKV2_AWS_65: withoutAcl,
  "S3.12": withoutAcl,
};
