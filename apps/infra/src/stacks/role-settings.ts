import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import type { Pipeline } from "@image-pipeline/schema/config";
import { toNames } from "@image-pipeline/schema/names";
import { Aspects, type TerraformStack } from "cdktf";

/** Gives every role of a stack the config's path and a permissions boundary, whichever construct creates it. */
export function applyRoleSettings(
  stack: TerraformStack,
  { path, permissionsBoundary }: Pipeline["iam"],
): void {
  Aspects.of(stack).add({
    visit(node) {
      if (!(node instanceof IamRole)) return;
      // "/" is IAM's default.
      if (path !== "/") node.path = path;
      if (permissionsBoundary !== null) node.permissionsBoundary = permissionsBoundary;
    },
  });
}

/**
 * Returns the permissions boundary of an environment's roles: the config's, or that of image-pipeline-ci if GitHub deploys the
 * environment, so that its apply role cannot give more permissions than the boundary allows. Null for none.
 */
export function boundaryOf(pipeline: Pipeline, accountId: string): string | null {
  const { iam, ci } = pipeline;
  return ci.repository === null ? iam.permissionsBoundary : requiredBoundary(pipeline, accountId);
}

/** Returns the ARN of the permissions boundary that an apply role must give to every role. */
export function requiredBoundary(pipeline: Pipeline, accountId: string): string {
  const { partition, boundaryPolicy } = toNames(pipeline);
  return pipeline.iam.permissionsBoundary ?? `arn:${partition}:iam::${accountId}:policy/${boundaryPolicy}`;
}
