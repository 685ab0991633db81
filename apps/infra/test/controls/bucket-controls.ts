import { statementsOf } from "../policies.ts";
import {
  at,
  type Control,
  companions,
  deniesInsecureTransport,
  isCustomerKey,
  type Resource,
  resourcesOf,
  without,
} from "./control.ts";

const BUCKET = "aws_s3_bucket";
const WHERE = "`constructs/private-bucket.ts`";
const QUARANTINE_TAG = "s3:ExistingObjectTag/quarantine";
const deniesQuarantined = ({ attributes }: Resource) =>
  statementsOf(attributes.policy).some(
    ({ Effect, Principal, Action, Condition }) =>
      Effect === "Deny" &&
      Principal === "*" &&
      Action.includes("s3:GetObject*") &&
      Condition?.StringEquals?.[QUARANTINE_TAG]?.[0] === "true",
  );
const isLogBucket = (address: string) => address.includes("AccessLogs");

export const BUCKET_CONTROLS: readonly Control[] = [
  {
    ids: [
      ...["CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6", "S3.2", "S3.3", "S3.8"],
      ...["AWS-0086", "AWS-0087", "AWS-0091", "AWS-0093", "AWS-0094"],
    ],
    what: "every bucket blocks all four kinds of public access",
    where: WHERE,
    faults: (stacks) =>
      without(stacks, BUCKET, {
        type: "aws_s3_bucket_public_access_block",
        holds: (block) =>
          [
            block.block_public_acls,
            block.block_public_policy,
            block.ignore_public_acls,
            block.restrict_public_buckets,
          ].every((value) => value === true),
      }),
  },
  {
    ids: ["CKV_AWS_20", "CKV_AWS_57", "CKV2_AWS_65", "AWS-0092", "S3.12"],
    what: "every bucket enforces its owner, so that no ACL applies",
    where: WHERE,
    faults: (stacks) => [
      ...without(stacks, BUCKET, {
        type: "aws_s3_bucket_ownership_controls",
        holds: ({ rule }) => at(rule, "object_ownership") === "BucketOwnerEnforced",
      }),
      ...resourcesOf(stacks, "aws_s3_bucket_acl").map(({ address }) => address),
    ],
  },
  {
    ids: ["CKV_AWS_21", "AWS-0090", "S3.14"],
    what: "every bucket is versioned",
    where: WHERE,
    faults: (stacks) =>
      without(stacks, BUCKET, {
        type: "aws_s3_bucket_versioning",
        holds: (versioning) => at(versioning, "versioning_configuration", "status") === "Enabled",
      }),
  },
  {
    ids: ["CKV_AWS_19", "CKV_AWS_145", "AWS-0132", "S3.17"],
    what: "every bucket except the one for access logs is encrypted with the customer key, through a bucket key",
    where: `${WHERE}, \`encryption\` in the config`,
    faults: (stacks) =>
      without(stacks, BUCKET, {
        type: "aws_s3_bucket_server_side_encryption_configuration",
        holds: ({ bucket, rule }) => {
          const settings = at(rule, 0, "apply_server_side_encryption_by_default");
          const algorithm = at(settings, "sse_algorithm");
          if (isLogBucket(String(bucket))) return algorithm === "AES256";
          const isKeyed = isCustomerKey(at(settings, "kms_master_key_id"));
          return algorithm === "aws:kms" && isKeyed && at(rule, 0, "bucket_key_enabled") === true;
        },
      }),
  },
  {
    ids: ["S3.5"],
    what: "every bucket denies calls without TLS",
    where: `${WHERE}, \`policies/policy-document.ts\``,
    faults: (stacks) =>
      without(stacks, BUCKET, {
        type: "aws_s3_bucket_policy",
        holds: ({ policy }) => deniesInsecureTransport(policy),
      }),
  },
  {
    ids: ["CKV_AWS_70", "S3.6"],
    what: "no bucket policy allows any principal except log deliveries of S3 and CloudFront, for this account only, the account's distributions if `delivery` is enabled, and `readers` and `policies` of the config",
    where: "`constructs/access-log-bucket.ts`, `delivery/edge-logs.ts`, `policies/reader-policy.ts`",
    faults: (stacks) =>
      resourcesOf(stacks, "aws_s3_bucket_policy")
        .filter(({ attributes }) =>
          statementsOf(attributes.policy).some(
            ({ Effect, Principal, Condition }) =>
              Effect === "Allow" &&
              !(
                /^(logging\.s3|delivery\.logs)\.amazonaws\.com$/.test(String(at(Principal, "Service"))) &&
                Condition?.StringEquals?.["aws:SourceAccount"] !== undefined
              ) &&
              !(
                at(Principal, "Service") === "cloudfront.amazonaws.com" &&
                Condition?.ArnLike?.["aws:SourceArn"] !== undefined
              ),
          ),
        )
        .map(({ address }) => address),
  },
  {
    ids: ["quarantine"],
    what: "renditions tagged as quarantined can be read only by the pipeline's own roles",
    where: "`policies/quarantine-policy.ts`, if `analysis` is enabled in the config",
    faults: (stacks) =>
      resourcesOf(stacks, BUCKET)
        .filter(({ address }) => address.includes("Processed"))
        .filter((bucket) => !companions(stacks, "aws_s3_bucket_policy", bucket).some(deniesQuarantined))
        .map(({ address }) => address),
  },
  {
    ids: ["CKV_AWS_300", "CKV2_AWS_61", "S3.10", "S3.13"],
    what: "every bucket has a lifecycle whose unfiltered rule removes unfinished uploads",
    where: WHERE,
    faults: (stacks) =>
      without(stacks, BUCKET, {
        type: "aws_s3_bucket_lifecycle_configuration",
        holds: ({ rule }) =>
          Array.isArray(rule) &&
          rule.some(
            (one) =>
              at(one, "status") === "Enabled" &&
              JSON.stringify(at(one, "filter")) === "[{}]" &&
              Number(at(one, "abort_incomplete_multipart_upload", 0, "days_after_initiation")) > 0,
          ),
      }),
  },
  {
    ids: ["CKV_AWS_18", "AWS-0089", "S3.9"],
    what: "every bucket except those for access logs and Terraform's states has its requests logged",
    where: "`constructs/access-log-bucket.ts`",
    faults: (stacks) =>
      resourcesOf(stacks, BUCKET)
        .filter(({ address }) => !isLogBucket(address))
        .filter((bucket) => companions(stacks, "aws_s3_bucket_logging", bucket).length === 0)
        .map(({ address }) => address),
  },
  {
    ids: ["S3.11"],
    what: "the upload bucket notifies the pipeline",
    where: "`stacks/notifications-stack.ts`",
    faults: (stacks) =>
      resourcesOf(stacks, "aws_s3_bucket_notification").some(({ attributes }) => attributes.lambda_function)
        ? []
        : ["no aws_s3_bucket_notification"],
  },
];
