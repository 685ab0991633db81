import type { Statement } from "./policy-document.ts";

/** Returns the resolver's permissions: it reads manifests, and of renditions only their tags. */
export function resolverPolicy(processedBucket: string): Statement[] {
  return [
    {
      Sid: "ReadManifests",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `${processedBucket}/manifests/*`,
    },
    {
      Sid: "SeeQuarantine",
      Effect: "Allow",
      Action: "s3:GetObjectTagging",
      Resource: `${processedBucket}/renditions/*`,
    },
    {
      // S3 answers 404 for a missing manifest only if the role may list.
      Sid: "TellMissingManifests",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: processedBucket,
      Condition: { StringLikeIfExists: { "s3:prefix": ["manifests/*", "renditions/*"] } },
    },
  ];
}

/** Returns the permission to remove copies of one distribution. */
export function invalidatePolicy(distributionArn: string): Statement {
  return {
    Sid: "RemoveCopiesAtTheEdge",
    Effect: "Allow",
    Action: "cloudfront:CreateInvalidation",
    Resource: distributionArn,
  };
}

/**
 * Allows CloudFront's access logs to be written (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html).
 *
 * @param region the region of CloudFront's log deliveries
 */
export function writeEdgeLogs(
  bucketArn: string,
  { partition, region, accountId }: { partition: string; region: string; accountId: string },
): Statement {
  return {
    Sid: "CloudFrontWritesAccessLogs",
    Effect: "Allow",
    Principal: { Service: "delivery.logs.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${bucketArn}/AWSLogs/${accountId}/*`,
    Condition: {
      StringEquals: { "aws:SourceAccount": accountId, "s3:x-amz-acl": "bucket-owner-full-control" },
      ArnLike: { "aws:SourceArn": `arn:${partition}:logs:${region}:${accountId}:delivery-source:*` },
    },
  };
}
