import type { Pipeline } from "@image-pipeline/schema/config";
import type { Construct } from "constructs";
import { PrivateBucket } from "../constructs/private-bucket.ts";
import type { Deployment } from "../deployment.ts";

/** A bucket as the other parts see it: theirs to name, whoever made it. */
export interface Bucket {
  name: string;
  arn: string;
}

/** A new upload bucket, or the one the config names: that one's settings are its owner's. */
export function uploadBucket(scope: Construct, { pipeline, names }: Deployment, accountId: string): Bucket {
  const name = names.uploadBucket(accountId);
  if (pipeline.uploads.existingBucket !== null) return { name, arn: names.bucketArn(name) };
  return toBucket(new PrivateBucket(scope, "Uploads", { bucketName: name, ...toRetention(pipeline) }));
}

/** Why a message failed is of use as long as its DLQ keeps it: 14 days, and some to look at it. */
const FAILURE_DAYS = 30;

/** Where manifests and renditions go. What the worker tags as superseded, or as a tombstone, expires by itself. */
export function processedBucket(
  scope: Construct,
  { pipeline, names }: Deployment,
  accountId: string,
): Bucket {
  const { supersededDays, tombstoneDays } = pipeline.retention;
  return toBucket(
    new PrivateBucket(scope, "Processed", {
      bucketName: names.processedBucket(accountId),
      ...toRetention(pipeline),
      expirations: [
        { id: "expire-superseded", filter: { tag: "superseded" }, days: supersededDays },
        { id: "expire-tombstones", filter: { tag: "tombstone" }, days: tombstoneDays },
        { id: "expire-failures", filter: { prefix: "failures/" }, days: FAILURE_DAYS },
      ],
    }),
  );
}

function toRetention({ destroyBucketsWithObjects, retention }: Pipeline) {
  const { incompleteUploadDays, noncurrentVersionDays } = retention;
  return { destroyWithObjects: destroyBucketsWithObjects, incompleteUploadDays, noncurrentVersionDays };
}

function toBucket({ bucket }: PrivateBucket): Bucket {
  return { name: bucket.bucket, arn: bucket.arn };
}
