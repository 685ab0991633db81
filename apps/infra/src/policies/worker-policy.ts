import type { Statement } from "./policy-document.ts";
import { readUploads } from "./read-uploads.ts";
import { keepSecret } from "./secret-policy.ts";

interface WorkerArns {
  uploadBucket: string;
  processedBucket: string;
  imageResultsTopic: string;
}

/**
 * Returns the worker's permissions. It reads uploads below the prefix and writes nothing there; in the processed bucket it
 * accesses only `manifests/`, `renditions/`, `failures/` and the secret.
 */
export function workerPolicy(arns: WorkerArns, uploadPrefix: string): Statement[] {
  return [...readUploads(arns.uploadBucket, uploadPrefix), ...publishResults(arns)];
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
      Action: [
        "s3:GetObject",
        "s3:GetObjectTagging",
        "s3:PutObject",
        "s3:PutObjectTagging",
        "s3:DeleteObject",
      ],
      Resource: `${processedBucket}/renditions/*`,
    },
    keepSecret(processedBucket),
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
