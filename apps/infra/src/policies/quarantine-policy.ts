import { FUNCTIONS, type WorkflowStep } from "@image-pipeline/schema/names";
import type { Deployment } from "../deployment.ts";
import type { Statement } from "./policy-document.ts";

/** The functions that work on quarantined renditions: the worker copies expiring objects, the others read tags and headers. */
const EXEMPT = [FUNCTIONS.worker, FUNCTIONS.backfill, FUNCTIONS.analyzer, FUNCTIONS.audit];
/** The workflow's steps that do the same. */
const EXEMPT_STEPS: readonly WorkflowStep[] = ["publish", "analyse", "quarantine"];

/**
 * Denies every principal, the account's administrators included, to read an object that is tagged as quarantined
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html). The exempt roles are given by name instead of
 * by reference, since they are created after the bucket.
 */
export function denyQuarantined(
  bucketArn: string,
  { names, pipeline }: Pick<Deployment, "names" | "pipeline">,
  accountId: string,
): Statement {
  const steps = pipeline.workflow.enabled ? EXEMPT_STEPS : [];
  const roles = [...EXEMPT.map(names.function), ...steps.map(names.workflowFunction)];
  return {
    Sid: "DenyQuarantined",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:GetObject*",
    Resource: `${bucketArn}/renditions/*`,
    Condition: {
      StringEquals: { "s3:ExistingObjectTag/quarantine": "true" },
      ArnNotEquals: {
        "aws:PrincipalArn": roles.map(
          (role) => `arn:${names.partition}:iam::${accountId}:role${pipeline.iam.path}${role}`,
        ),
      },
    },
  };
}
