import type { PipelineResources, StackContext } from "../deployment.ts";
import { useKeyThrough } from "./key-policy.ts";
import { policyDocument, type Statement } from "./policy-document.ts";

type Named = Pick<StackContext, "pipeline" | "keyArn" | "decryptionKeyArn">;

/**
 * Returns the policies for the role of an application that uses the pipeline, as outputs to attach: one to let its users upload
 * below the prefix and delete there, and one to read manifests and renditions.
 */
export function applicationPolicies(
  { uploads, processed }: Pick<PipelineResources, "uploads" | "processed">,
  context: Named,
): Record<"uploader_policy" | "reader_policy", string> {
  return {
    uploader_policy: policyDocument(upload(uploads.arn, context)),
    reader_policy: policyDocument(read(processed.arn, context)),
  };
}

/** With a multipart upload S3 decrypts the parts, so the key is needed for both ways (docs.aws.amazon.com/AmazonS3/latest/userguide/mpuAndPermissions.html). */
function upload(bucketArn: string, { pipeline, keyArn }: Named): Statement[] {
  const { prefix, existingBucket, existingBucketKeyArn } = pipeline.uploads;
  return [
    {
      Sid: "UploadAndDelete",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:DeleteObject"],
      Resource: `${bucketArn}/${prefix}*`,
    },
    ...useKeyThrough(existingBucket === null ? keyArn : existingBucketKeyArn, pipeline.region, ["s3"]),
  ];
}

/** With permission to list, S3 answers 404 for an image without a manifest; without it, 403. */
function read(bucketArn: string, { pipeline, decryptionKeyArn }: Named): Statement[] {
  return [
    {
      Sid: "ReadResults",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [`${bucketArn}/manifests/*`, `${bucketArn}/renditions/*`],
    },
    {
      Sid: "TellMissingManifests",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: bucketArn,
      Condition: { StringLikeIfExists: { "s3:prefix": "manifests/*" } },
    },
    ...useKeyThrough(decryptionKeyArn, pipeline.region, ["s3"]).map((statement) => ({
      ...statement,
      Action: "kms:Decrypt",
    })),
  ];
}
