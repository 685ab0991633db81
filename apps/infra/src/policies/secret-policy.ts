import { SECRET_KEY } from "@image-pipeline/schema/keys";
import { FUNCTIONS, type WorkflowStep } from "@image-pipeline/schema/names";
import type { Deployment } from "../deployment.ts";
import type { Statement } from "./policy-document.ts";

/** The functions that make or check tags and marks with the secret, and the workflow's steps that do the same. */
const USERS = [FUNCTIONS.worker, FUNCTIONS.backfill, FUNCTIONS.analyzer];
const STEPS: readonly WorkflowStep[] = ["inspect", "render", "analyse"];

/** Allows reading the secret of the environment, and making it when there is none. */
export function keepSecret(processedBucket: string): Statement {
  return {
    Sid: "KeepSecret",
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:PutObject"],
    Resource: `${processedBucket}/${SECRET_KEY}`,
  };
}

/** Allows reading the secret. */
export function readSecret(processedBucket: string): Statement {
  return {
    Sid: "ReadSecret",
    Effect: "Allow",
    Action: "s3:GetObject",
    Resource: `${processedBucket}/${SECRET_KEY}`,
  };
}

/**
 * Denies every other principal to read or replace the secret, as an application's role that may read the whole bucket. It can
 * be deleted, so that a new one is made.
 */
export function denySecret(
  bucketArn: string,
  { names, pipeline }: Pick<Deployment, "names" | "pipeline">,
  accountId: string,
): Statement {
  const steps = pipeline.workflow.enabled ? STEPS : [];
  const roles = [...USERS.map(names.function), ...steps.map(names.workflowFunction)];
  return {
    Sid: "DenySecret",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:GetObject*", "s3:PutObject*"],
    Resource: `${bucketArn}/${SECRET_KEY}`,
    Condition: {
      ArnNotEquals: {
        "aws:PrincipalArn": roles.map(
          (role) => `arn:${names.partition}:iam::${accountId}:role${pipeline.iam.path}${role}`,
        ),
      },
    },
  };
}
