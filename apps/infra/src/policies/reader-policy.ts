import type { Pipeline } from "@image-pipeline/schema/config";
import type { Deployment } from "../deployment.ts";
import type { Statement } from "./policy-document.ts";

type Named = Pick<Deployment, "names" | "pipeline">;

/** Allows the config's readers to read what the pipeline made; a manifest lists the renditions of an image. */
export function readProcessed(bucketArn: string, { names, pipeline }: Named, accountId: string): Statement[] {
  const principals = principalsOf(pipeline.readers, names.partition);
  const { cloudFrontDistributions } = pipeline.readers;
  const renditions = `${bucketArn}/renditions/*`;
  return [
    ...whenAny(
      principals,
      (AWS): Statement => ({
        Sid: "ReadersRead",
        Effect: "Allow",
        Principal: { AWS },
        Action: "s3:GetObject",
        Resource: [renditions, `${bucketArn}/manifests/*`],
      }),
    ),
    ...whenAny(
      cloudFrontDistributions,
      (arns): Statement => ({
        Sid: "CloudFrontReads",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: renditions,
        Condition: { StringEquals: { "aws:SourceArn": arns } },
      }),
    ),
    ...throughDelivery({ names, pipeline }, accountId, {
      Sid: "DeliveryReads",
      Action: "s3:GetObject",
      Resource:
        pipeline.delivery.manifests === "none" ? renditions : [renditions, `${bucketArn}/manifests/*`],
    }),
  ];
}

/**
 * Allows the readers to decrypt objects (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html).
 * In a key policy `*` is the key itself.
 */
export function decryptProcessed({ names, pipeline }: Named, accountId: string): Statement[] {
  const { readers, region } = pipeline;
  return [
    ...whenAny(
      principalsOf(readers, names.partition),
      (AWS): Statement => ({
        Sid: "ReadersDecrypt",
        Effect: "Allow",
        Principal: { AWS },
        Action: "kms:Decrypt",
        Resource: "*",
        Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
      }),
    ),
    ...whenAny(
      readers.cloudFrontDistributions,
      (arns): Statement => ({
        Sid: "CloudFrontDecrypts",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "kms:Decrypt",
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceArn": arns } },
      }),
    ),
    ...throughDelivery({ names, pipeline }, accountId, {
      Sid: "DeliveryDecrypts",
      Action: "kms:Decrypt",
      Resource: "*",
    }),
  ];
}

/**
 * Allows the delivery stack's distribution. The bucket and the key exist before it, so that its id is unknown at first: then
 * every distribution of this account is allowed, as AWS CDK does for a key (docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_cloudfront_origins-readme.html).
 */
function throughDelivery(
  { names, pipeline }: Named,
  accountId: string,
  statement: Pick<Statement, "Sid" | "Action" | "Resource">,
): Statement[] {
  const { enabled, distributionId } = pipeline.delivery;
  if (!enabled) return [];
  const arn = names.distributionArn(distributionId ?? "*", accountId);
  const operator = distributionId === null ? "ArnLike" : "StringEquals";
  return [
    {
      ...statement,
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Condition: { [operator]: { "aws:SourceArn": arn } },
    },
  ];
}

function principalsOf({ accounts, roles }: Pipeline["readers"], partition: string): string[] {
  return [...accounts.map((account) => `arn:${partition}:iam::${account}:root`), ...roles];
}

/** Returns no statement for an empty list; a list of one as AWS returns it, so that no plan shows a change. */
function whenAny(
  values: readonly string[],
  toStatement: (values: string | readonly string[]) => Statement,
): Statement[] {
  const [only, ...others] = values;
  if (only === undefined) return [];
  return [toStatement(others.length === 0 ? only : values)];
}
