import type { Deployment } from "../deployment.ts";
import type { Statement } from "./policy-document.ts";

/** Functions that read quarantined renditions: the worker copies those that it expires, the others read tags and headers. */
const EXEMPT = ["worker", "backfill", "analyzer", "audit"];
/** Steps of the workflow that do the same. */
const EXEMPT_STEPS = ["workflow-publish", "workflow-analyse", "workflow-quarantine"];

/**
 * Denies reading objects that are tagged as quarantined to every principal, the account's administrators included
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html). The exempt roles are given by name, because they
 * are created after the bucket.
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
