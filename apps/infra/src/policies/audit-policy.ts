import type { Statement } from "./policy-document.ts";

export interface AuditArns {
  uploadBucket: string;
  processedBucket: string;
  failureQueues: string[];
}

/**
 * Returns the audit's permissions: list both buckets, read manifests and the headers of uploads and renditions, and store its
 * progress. It changes nothing that it checks.
 *
 * S3 has no separate permission for headers: HeadObject needs `s3:GetObject`.
 */
export function auditPolicy(arns: AuditArns, uploadPrefix: string): Statement[] {
  const { uploadBucket, processedBucket, failureQueues } = arns;
  const list = (Sid: string, Resource: string, prefixes: string[]): Statement => ({
    Sid,
    Effect: "Allow",
    Action: "s3:ListBucket",
    Resource,
    Condition: { StringLikeIfExists: { "s3:prefix": prefixes } },
  });
  return [
    list("ListUploads", uploadBucket, [`${uploadPrefix}*`]),
    {
      Sid: "LookAtUploads",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `${uploadBucket}/${uploadPrefix}*`,
    },
    list("ListProcessed", processedBucket, ["manifests/*", "renditions/*", "audit/*"]),
    {
      Sid: "LookAtProcessed",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [`${processedBucket}/manifests/*`, `${processedBucket}/renditions/*`],
    },
    {
      Sid: "KeepProgress",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: `${processedBucket}/audit/*`,
    },
    { Sid: "KeepFailedRuns", Effect: "Allow", Action: "sqs:SendMessage", Resource: failureQueues },
  ];
}
