import type { Deployment } from "../deployment.ts";
import type { Statement } from "./policy-document.ts";

/** Whose work is on renditions whatever their tags: the worker copies what it lets expire, the rest look at tags and headers. */
const EXEMPT = ["worker", "backfill", "analyzer", "audit"];
/** The workflow's steps that do the same. */
const EXEMPT_STEPS = ["workflow-publish", "workflow-analyse", "workflow-quarantine"];

/**
 * Denies reading whatever is tagged as quarantined, in every form, to everybody, the account's administrators included
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html). The roles are named, not referred to: they are
 * made after the bucket.
 */
export function denyQuarantined(
  bucketArn: string,
  { names, pipeline }: Pick<Deployment, "names" | "pipeline">,
  accountId: string,
): Statement {
  const exempt = [...EXEMPT, ...(pipeline.workflow.enabled ? EXEMPT_STEPS : [])];
  return {
    Sid: "DenyQuarantined",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:GetObject*",
    Resource: `${bucketArn}/renditions/*`,
    Condition: {
      StringEquals: { "s3:ExistingObjectTag/quarantine": "true" },
      ArnNotEquals: {
        "aws:PrincipalArn": exempt.map(
          (name) => `arn:${names.partition}:iam::${accountId}:role/${names.function(name)}`,
        ),
      },
    },
  };
}
