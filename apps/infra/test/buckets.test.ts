import { describe, expect, it } from "vitest";
import { aDeployment, synthesised } from "./deployments.ts";
import { statementOf, statementsOf } from "./policies.ts";

const tidyUp = {
  id: "tidy-up",
  status: "Enabled",
  filter: [{}],
  abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
  noncurrent_version_expiration: [{ noncurrent_days: 30 }],
  expiration: [{ expired_object_delete_marker: true }],
};

describe.each(["Uploads", "Processed"])("the bucket %s", (part) => {
  const { core } = synthesised(aDeployment());
  const name = core.reference("aws_s3_bucket", `${part}/Bucket`, "bucket");
  const arn = core.reference("aws_s3_bucket", `${part}/Bucket`, "arn");

  it("is named by environment and account, which makes it unique in AWS", () => {
    expect(core.one("aws_s3_bucket", `${part}/Bucket`).bucket).toBe(
      `image-pipeline-dev-${part.toLowerCase()}-\${data.aws_caller_identity.Account.account_id}`,
    );
  });

  it("blocks all four kinds of public access", () => {
    expect(core.one("aws_s3_bucket_public_access_block", `${part}/PublicAccessBlock`)).toEqual({
      bucket: name,
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });

  it("belongs to its owner alone, so that no ACL applies", () => {
    expect(core.one("aws_s3_bucket_ownership_controls", `${part}/OwnershipControls`)).toEqual({
      bucket: name,
      rule: { object_ownership: "BucketOwnerEnforced" },
    });
  });

  it("is versioned and encrypted", () => {
    expect(core.one("aws_s3_bucket_versioning", `${part}/Versioning`)).toEqual({
      bucket: name,
      versioning_configuration: { status: "Enabled" },
    });
    expect(core.one("aws_s3_bucket_server_side_encryption_configuration", `${part}/Encryption`)).toEqual({
      bucket: name,
      rule: [
        {
          apply_server_side_encryption_by_default: {
            sse_algorithm: "aws:kms",
            kms_master_key_id: core.reference("aws_kms_key", "Encryption/Key", "arn"),
          },
          bucket_key_enabled: true,
        },
      ],
    });
  });

  it("denies every call without TLS and allows nobody anything", () => {
    const { policy } = core.one("aws_s3_bucket_policy", `${part}/Policy`);
    expect(statementOf(policy, "DenyInsecureTransport")).toEqual({
      Sid: "DenyInsecureTransport",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:*"],
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { "aws:SecureTransport": ["false"] } },
    });
    expect(statementsOf(policy).filter(({ Effect }) => Effect === "Allow")).toEqual([]);
  });

  it("keeps no unfinished upload and no old version for ever", () => {
    const { rule } = core.one("aws_s3_bucket_lifecycle_configuration", `${part}/Lifecycle`);
    expect(rule).toContainEqual(tidyUp);
  });
});

it("never expires what was uploaded", () => {
  const { core } = synthesised(aDeployment());
  expect(core.one("aws_s3_bucket_lifecycle_configuration", "Uploads/Lifecycle").rule).toEqual([tidyUp]);
});

it("expires superseded renditions and tombstones by their tags, and notes of failures by their prefix", () => {
  const { core } = synthesised(aDeployment({ retention: { supersededDays: 3, tombstoneDays: 60 } }));
  const { rule } = core.one("aws_s3_bucket_lifecycle_configuration", "Processed/Lifecycle");
  expect(rule).toEqual([
    tidyUp,
    {
      id: "expire-superseded",
      status: "Enabled",
      filter: [{ tag: [{ key: "superseded", value: "true" }] }],
      expiration: [{ days: 3 }],
    },
    {
      id: "expire-tombstones",
      status: "Enabled",
      filter: [{ tag: [{ key: "tombstone", value: "true" }] }],
      expiration: [{ days: 60 }],
    },
    {
      id: "expire-failures",
      status: "Enabled",
      filter: [{ prefix: "failures/" }],
      expiration: [{ days: 30 }],
    },
  ]);
});

it("lets destroy remove a bucket with objects only where the config says so", () => {
  const kept = synthesised(aDeployment({ environment: "prod" })).core;
  const dropped = synthesised(aDeployment({ destroyBucketsWithObjects: true })).core;
  expect(kept.one("aws_s3_bucket", "Uploads/Bucket").force_destroy).toBe(false);
  expect(dropped.one("aws_s3_bucket", "Uploads/Bucket").force_destroy).toBe(true);
});

it("destroys the key only after the buckets under it, so that it stays while one of them refuses to go", () => {
  const { core } = synthesised(aDeployment({ environment: "prod" }));
  const key = core.reference("aws_kms_key", "Encryption/Key", "arn").replace(/^\$\{|\.arn\}$/g, "");
  for (const part of ["Uploads", "Processed"])
    expect(core.one("aws_s3_bucket", `${part}/Bucket`).depends_on).toEqual([key]);
});

it("keeps access logs for as long as the config says", () => {
  const { core } = synthesised(aDeployment({ retention: { accessLogDays: 90 } }));
  expect(core.one("aws_s3_bucket_lifecycle_configuration", "AccessLogs/Logs/Lifecycle").rule).toEqual([
    tidyUp,
    { id: "expire-access-logs", status: "Enabled", filter: [{ prefix: "" }], expiration: [{ days: 90 }] },
  ]);
});

it("lets the worker decrypt what lies in an existing bucket under a key of its own", () => {
  const existingBucketKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd";
  const { core } = synthesised(
    aDeployment({ uploads: { existingBucket: "our-photos", existingBucketKeyArn } }),
  );
  const { policy } = core.one("aws_iam_role_policy", "Worker/Handler/RolePolicy");
  expect(statementOf(policy, "ReadUploadsUnderTheirKey")).toMatchObject({
    Action: ["kms:Decrypt"],
    Resource: [existingBucketKeyArn],
    Condition: { StringEquals: { "kms:ViaService": ["s3.us-east-1.amazonaws.com"] } },
  });
});

describe("an upload bucket that exists already", () => {
  const { core, notifications } = synthesised(aDeployment({ uploads: { existingBucket: "our-photos" } }));

  it("is not made, nor changed in its settings", () => {
    expect([...core.all("aws_s3_bucket").keys()]).toEqual(["AccessLogs/Logs/Bucket", "Processed/Bucket"]);
    expect([...core.all("aws_s3_bucket_policy").keys()]).toEqual([
      "AccessLogs/Logs/Policy",
      "Processed/Policy",
    ]);
    expect([...core.all("aws_s3_bucket_logging").keys()]).toEqual(["AccessLogs/Processed"]);
    expect(core.file.output?.upload_bucket_name?.value).toBe("our-photos");
  });

  it("is what the worker reads and what notifies ingest", () => {
    const { policy } = core.one("aws_iam_role_policy", "Worker/Handler/RolePolicy");
    expect(statementOf(policy, "ReadUploads").Resource).toEqual(["arn:aws:s3:::our-photos/*"]);
    expect(notifications.one("aws_s3_bucket_notification", "Notification").bucket).toBe("our-photos");
    expect(notifications.one("aws_lambda_permission", "InvokeIngest").source_arn).toBe(
      "arn:aws:s3:::our-photos",
    );
  });
});
