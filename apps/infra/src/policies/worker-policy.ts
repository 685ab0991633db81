import type { Statement } from "./policy-document.ts";

interface WorkerArns {
  uploadBucket: string;
  processedBucket: string;
  imageResultsTopic: string;
}

/**
 * What the worker may do. It reads uploads below the prefix and writes nothing there; in the processed bucket it keeps
 * to `manifests/`, `renditions/` and `failures/`.
 *
 * Listing is what makes S3 answer 404, not 403, for a key that is not there
 * (docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html). A read has no `s3:prefix` of its own, hence `IfExists`.
 */
export function workerPolicy(arns: WorkerArns, uploadPrefix: string): Statement[] {
  return [...readUploads(arns, uploadPrefix), ...publishResults(arns)];
}

function readUploads({ uploadBucket }: WorkerArns, prefix: string): Statement[] {
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

function publishResults({ processedBucket, imageResultsTopic }: WorkerArns): Statement[] {
  return [
    {
      Sid: "KeepManifests",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"],
      Resource: `${processedBucket}/manifests/*`,
    },
    {
      Sid: "KeepRenditions",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject"],
      Resource: `${processedBucket}/renditions/*`,
    },
    {
      Sid: "KeepFailures",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:DeleteObject"],
      Resource: `${processedBucket}/failures/*`,
    },
    {
      Sid: "ListOwnPrefixes",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: processedBucket,
      Condition: { StringLikeIfExists: { "s3:prefix": ["manifests/*", "renditions/*"] } },
    },
    { Sid: "PublishResults", Effect: "Allow", Action: "sns:Publish", Resource: imageResultsTopic },
  ];
}
