import type { Pipeline } from "@image-pipeline/schema/config";
import { FAILURES_PREFIX } from "@image-pipeline/schema/processing";
import type { Construct } from "constructs";
import { AccessLogBucket } from "../constructs/access-log-bucket.ts";
import type { EncryptionKey } from "../constructs/encryption-key.ts";
import { PrivateBucket } from "../constructs/private-bucket.ts";
import type { Bucket, Deployment } from "../deployment.ts";
import { additional } from "../policies/policy-document.ts";
import { denyQuarantined } from "../policies/quarantine-policy.ts";
import { readProcessed } from "../policies/reader-policy.ts";
import { denySecret } from "../policies/secret-policy.ts";

export interface BucketsProps {
  accountId: string;
  key: EncryptionKey | null;
}

/** Retention of failure records: the 14 days of the DLQs, and some time to investigate. */
const FAILURE_DAYS = 30;

/** Creates the upload and the processed bucket, and a third for their access logs. */
export function createBuckets(
  scope: Construct,
  deployment: Deployment,
  props: BucketsProps,
): { uploads: Bucket; processed: Bucket } {
  const uploads = createUploadBucket(scope, deployment, props);
  const processed = createProcessedBucket(scope, deployment, props);
  const { pipeline, names } = deployment;
  const accessLogs = new AccessLogBucket(scope, "AccessLogs", {
    bucketName: names.accessLogBucket(props.accountId),
    ...toRetention(pipeline),
    accountId: props.accountId,
    logDays: pipeline.retention.accessLogDays,
  });
  if (uploads instanceof PrivateBucket) accessLogs.record("Uploads", uploads);
  accessLogs.record("Processed", processed);
  return {
    uploads: uploads instanceof PrivateBucket ? toBucket(uploads) : uploads,
    processed: toBucket(processed),
  };
}

/** Creates the upload bucket, or returns the existing bucket of the config, whose owner configures it. */
function createUploadBucket(
  scope: Construct,
  { pipeline, names }: Deployment,
  { accountId, key }: BucketsProps,
): PrivateBucket | Bucket {
  const name = names.uploadBucket(accountId);
  if (pipeline.uploads.existingBucket !== null) return { name, arn: names.bucketArn(name) };
  return new PrivateBucket(scope, "Uploads", {
    bucketName: name,
    ...toRetention(pipeline),
    key,
    grants: (arn) => additional(pipeline.policies.uploads, [arn, `${arn}/*`]),
  });
}

/** Creates the bucket for manifests and renditions. Objects that the worker tags as superseded or tombstone expire. */
function createProcessedBucket(
  scope: Construct,
  { pipeline, names }: Deployment,
  { accountId, key }: BucketsProps,
): PrivateBucket {
  const { supersededDays, tombstoneDays } = pipeline.retention;
  return new PrivateBucket(scope, "Processed", {
    bucketName: names.processedBucket(accountId),
    ...toRetention(pipeline),
    key,
    grants: (arn) => [
      ...readProcessed(arn, { names, pipeline }, accountId),
      ...additional(pipeline.policies.processed, [arn, `${arn}/*`]),
    ],
    denials: (arn) => [
      denySecret(arn, { names, pipeline }, accountId),
      ...(pipeline.analysis.enabled ? [denyQuarantined(arn, { names, pipeline }, accountId)] : []),
    ],
    expirations: [
      { id: "expire-superseded", filter: { tag: "superseded" }, days: supersededDays },
      { id: "expire-tombstones", filter: { tag: "tombstone" }, days: tombstoneDays },
      { id: "expire-failures", filter: { prefix: FAILURES_PREFIX }, days: FAILURE_DAYS },
    ],
  });
}

function toRetention({ destroyBucketsWithObjects, retention }: Pipeline) {
  const { incompleteUploadDays, noncurrentVersionDays } = retention;
  return { destroyWithObjects: destroyBucketsWithObjects, incompleteUploadDays, noncurrentVersionDays };
}

function toBucket({ bucket }: PrivateBucket): Bucket {
  return { name: bucket.bucket, arn: bucket.arn };
}
