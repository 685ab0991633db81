import type { Statement } from "./policy-document.ts";

/**
 * Allows reading uploads below the prefix, and nothing else in that bucket.
 *
 * With permission to list, S3 answers 404 instead of 403 for a missing key
 * (docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html). A read has no `s3:prefix`, hence `IfExists`.
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
