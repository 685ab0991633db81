import { describe, expect, it } from "vitest";
import { aDeployment, synthesised } from "./deployments.ts";
import { statementOf } from "./policies.ts";

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

  it("has the environment and the account in its name, which makes it unique in AWS", () => {
    expect(core.one("aws_s3_bucket", `${part}/Bucket`).bucket).toBe(
      `image-pipeline-dev-${part.toLowerCase()}-\${data.aws_caller_identity.Account.account_id}`,
    );
  });

  it("expires unfinished uploads and old versions", () => {
    const { rule } = core.one("aws_s3_bucket_lifecycle_configuration", `${part}/Lifecycle`);
    expect(rule).toContainEqual(tidyUp);
  });
});

it("never expires uploads", () => {
  const { core } = synthesised(aDeployment());
  expect(core.one("aws_s3_bucket_lifecycle_configuration", "Uploads/Lifecycle").rule).toEqual([tidyUp]);
});

it("expires superseded renditions and tombstones by their tags, and failure records by their prefix", () => {
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

it("allows destroy to delete a bucket with objects only if the config sets destroyBucketsWithObjects", () => {
  const kept = synthesised(aDeployment({ environment: "prod" })).core;
  const dropped = synthesised(aDeployment({ destroyBucketsWithObjects: true })).core;
  expect(kept.one("aws_s3_bucket", "Uploads/Bucket").force_destroy).toBe(false);
  expect(dropped.one("aws_s3_bucket", "Uploads/Bucket").force_destroy).toBe(true);
});

it("destroys the key only after the buckets that it encrypts, so that a bucket that cannot be destroyed keeps its key", () => {
  const { core } = synthesised(aDeployment({ environment: "prod" }));
  const key = core.reference("aws_kms_key", "Encryption/Key", "arn").replace(/^\$\{|\.arn\}$/g, "");
  for (const part of ["Uploads", "Processed"])
    expect(core.one("aws_s3_bucket", `${part}/Bucket`).depends_on).toEqual([key]);
});

it("expires access logs after retention.accessLogDays", () => {
  const { core } = synthesised(aDeployment({ retention: { accessLogDays: 90 } }));
  expect(core.one("aws_s3_bucket_lifecycle_configuration", "AccessLogs/Logs/Lifecycle").rule).toEqual([
    tidyUp,
    { id: "expire-access-logs", status: "Enabled", filter: [{ prefix: "" }], expiration: [{ days: 90 }] },
  ]);
});

it("allows the worker to decrypt objects of an existing bucket with its own key", () => {
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

describe("an existing upload bucket", () => {
  const { core, notifications } = synthesised(aDeployment({ uploads: { existingBucket: "our-photos" } }));

  it("is neither created nor reconfigured", () => {
    expect([...core.all("aws_s3_bucket").keys()]).toEqual(["AccessLogs/Logs/Bucket", "Processed/Bucket"]);
    expect([...core.all("aws_s3_bucket_policy").keys()]).toEqual([
      "AccessLogs/Logs/Policy",
      "Processed/Policy",
    ]);
    expect([...core.all("aws_s3_bucket_logging").keys()]).toEqual(["AccessLogs/Processed"]);
    expect(core.file.output?.upload_bucket_name?.value).toBe("our-photos");
  });

  it("is read by the worker and notifies ingest", () => {
    const { policy } = core.one("aws_iam_role_policy", "Worker/Handler/RolePolicy");
    expect(statementOf(policy, "ReadUploads").Resource).toEqual(["arn:aws:s3:::our-photos/*"]);
    expect(notifications.one("aws_s3_bucket_notification", "Notification").bucket).toBe("our-photos");
    expect(notifications.one("aws_lambda_permission", "InvokeIngest").source_arn).toBe(
      "arn:aws:s3:::our-photos",
    );
  });
});

describe("uploads.allowedOrigins", () => {
  const allowedOrigins = ["https://app.example.com", "http://localhost:3000"];

  it("lets these pages upload to the upload bucket, in one request or in parts, and read the ETag", () => {
    const { core } = synthesised(aDeployment({ uploads: { allowedOrigins } }));
    expect(core.all("aws_s3_bucket_cors_configuration").size).toBe(1);
    expect(core.one("aws_s3_bucket_cors_configuration", "Uploads/Cors")).toMatchObject({
      bucket: core.reference("aws_s3_bucket", "Uploads/Bucket", "bucket"),
      cors_rule: [
        {
          allowed_origins: allowedOrigins,
          allowed_methods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
          allowed_headers: ["*"],
          expose_headers: ["ETag"],
        },
      ],
    });
  });

  it.each([
    ["without any", {}],
    [
      "for an existing bucket, whose own rules would be replaced",
      { existingBucket: "team-uploads", allowedOrigins },
    ],
  ])("adds no CORS rule %s", (_case, uploads) => {
    expect(synthesised(aDeployment({ uploads })).core.all("aws_s3_bucket_cors_configuration").size).toBe(0);
  });
});
