import type { Statement } from "./policy-document.ts";

/**
 * Reading what was uploaded below the prefix, and nothing else of that bucket.
 *
 * Listing is what makes S3 answer 404, not 403, for a key that is not there
 * (docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html). A read has no `s3:prefix` of its own, hence `IfExists`.
 */
export function readUploads(uploadBucket: string, prefix: string): Statement[] {
  return [
    {
      Sid: "ReadUploads",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: `${uploadBucket}/${prefix}*`,
    },
    {
      Sid: "TellMissingUploads",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: uploadBucket,
      Condition: { StringLikeIfExists: { "s3:prefix": `${prefix}*` } },
    },
  ];
}
