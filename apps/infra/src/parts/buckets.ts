import type { Pipeline } from "@image-pipeline/schema/config";
import { FAILURES_PREFIX } from "@image-pipeline/schema/processing";
import type { Construct } from "constructs";
import { AccessLogBucket } from "../constructs/access-log-bucket.ts";
import type { EncryptionKey } from "../constructs/encryption-key.ts";
import { PrivateBucket } from "../constructs/private-bucket.ts";
import type { Deployment } from "../deployment.ts";
import { denyQuarantined } from "../policies/quarantine-policy.ts";

/** A bucket as the other parts see it: theirs to name, whoever made it. */
export interface Bucket {
  name: string;
  arn: string;
}

export interface BucketsProps {
  accountId: string;
  key: EncryptionKey | null;
}

/** Why a message failed is of use as long as its DLQ keeps it: 14 days, and some to look at it. */
const FAILURE_DAYS = 30;

/** The upload and the processed bucket; those made here have their requests logged in a third. */
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

/** A new upload bucket, or the one the config names: that one's settings are its owner's. */
function createUploadBucket(
  scope: Construct,
  { pipeline, names }: Deployment,
  { accountId, key }: BucketsProps,
): PrivateBucket | Bucket {
  const name = names.uploadBucket(accountId);
  if (pipeline.uploads.existingBucket !== null) return { name, arn: names.bucketArn(name) };
  return new PrivateBucket(scope, "Uploads", { bucketName: name, ...toRetention(pipeline), key });
}

/** Where manifests and renditions go. What the worker tags as superseded, or as a tombstone, expires by itself. */
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
    denials: (arn) =>
      pipeline.analysis.enabled ? [denyQuarantined(arn, { names, pipeline }, accountId)] : [],
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
