import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import type { Pipeline } from "@image-pipeline/schema/config";
import { Aspects, type TerraformStack } from "cdktf";

/** Gives every role of a stack the config's path and permissions boundary, whichever construct creates it. */
export function applyRoleSettings(stack: TerraformStack, { iam }: Pick<Pipeline, "iam">): void {
  const { path, permissionsBoundary } = iam;
  Aspects.of(stack).add({
    visit(node) {
      if (!(node instanceof IamRole)) return;
      // "/" is IAM's default.
      if (path !== "/") node.path = path;
      if (permissionsBoundary !== null) node.permissionsBoundary = permissionsBoundary;
    },
  });
}
