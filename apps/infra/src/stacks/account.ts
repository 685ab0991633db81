import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import type { Basis } from "../deployment.ts";

/**
 * Binds a stack to its account, region, tags and state. Credentials and endpoints come from the environment alone.
 *
 * @returns the id of the account the stack is deployed to
 */
export function bindToAccount(stack: TerraformStack, deployment: Basis): string {
  const { name, environment, region, accountId, tags } = deployment.pipeline;
  keepState(stack, deployment);
  new AwsProvider(stack, "Aws", {
    region,
    defaultTags: [{ tags: { Project: name, Environment: environment, ManagedBy: "cdktf", ...tags } }],
    ...(accountId === null ? {} : { allowedAccountIds: [accountId] }),
  });
  return new DataAwsCallerIdentity(stack, "Account").accountId;
}

/** The file of a stack's state where there is no bucket for it, from where Terraform runs. */
export function toStatePath(stackId: string, rootFolder: string): string {
  return `${rootFolder}/terraform.${stackId}.tfstate`;
}

function keepState(stack: TerraformStack, { stateBucket, pipeline, rootFolder }: Basis): void {
  if (stateBucket === null) {
    new LocalBackend(stack, { path: toStatePath(stack.node.id, rootFolder) });
    return;
  }
  const { region, environment } = pipeline;
  const key = `${environment}/${stack.node.id}.tfstate`;
  new S3Backend(stack, { bucket: stateBucket, key, region, encrypt: true });
  // CDKTF 0.21 has no name for S3's native lock, which came with Terraform 1.10.
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}
