import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { AwsProvider, type AwsProviderConfig } from "@cdktf/provider-aws/lib/provider/index.js";
import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import type { AccountDeployment } from "../account-deployment.ts";
import type { Deployment } from "../deployment.ts";
import { keepPlace, protectData } from "./protect-data.ts";
import { applyRoleSettings, boundaryOf } from "./role-settings.ts";

/** Path from `cdktf.out/stacks/<stack>`, where Terraform runs, to the folder of `cdktf.json`. */
export const ROOT_FOLDER = "../../..";
/** The same path from `cdktf.out/account/stacks/<stack>`. */
export const ACCOUNT_ROOT_FOLDER = "../../../..";
/** The environment in the tags and in the state's key of the stacks that an account has once. */
const ACCOUNT_ENVIRONMENT = "account";

type StackSettings = Pick<Deployment, "pipeline" | "stateBucket" | "stateRegion">;

/**
 * Binds a stack of an environment to its account, region, tags and state. Credentials and endpoints come from environment
 * variables only.
 *
 * @returns the id of the account the stack is deployed to
 */
export function bindToAccount(stack: TerraformStack, settings: StackSettings): string {
  const accountId = bind(stack, settings, ROOT_FOLDER);
  const permissionsBoundary = boundaryOf(settings.pipeline, accountId);
  applyRoleSettings(stack, { ...settings.pipeline.iam, permissionsBoundary });
  return accountId;
}

/** Binds a stack that an account has once; see `bindToAccount`. */
export function bindAccountStack(
  stack: TerraformStack,
  { pipeline, stateBucket, stateRegion = pipeline.region }: AccountDeployment,
): string {
  const settings = {
    pipeline: {
      ...pipeline,
      environment: ACCOUNT_ENVIRONMENT,
      region: stateRegion,
      destroyBucketsWithObjects: false,
    },
    stateBucket,
  };
  applyRoleSettings(stack, pipeline.iam);
  return bind(stack, settings, ACCOUNT_ROOT_FOLDER);
}

function bind(stack: TerraformStack, settings: StackSettings, rootFolder: string): string {
  keepState(stack, settings, rootFolder);
  protectData(stack, settings.pipeline);
  keepPlace(stack, settings.pipeline);
  new AwsProvider(stack, "Aws", toProviderSettings(settings.pipeline));
  return new DataAwsCallerIdentity(stack, "Account").accountId;
}

/** Returns the settings of a provider: its region, the tags of every resource, and the accounts it accepts. */
export function toProviderSettings({
  name,
  environment,
  region,
  accountId,
  tags,
}: StackSettings["pipeline"]): AwsProviderConfig {
  return {
    region,
    defaultTags: [{ tags: { Project: name, Environment: environment, ManagedBy: "cdktf", ...tags } }],
    ...(accountId === null ? {} : { allowedAccountIds: [accountId] }),
  };
}

/** Path of a stack's state file, relative to the folder in which Terraform runs. */
export function toStatePath(stackId: string, rootFolder: string): string {
  return `${rootFolder}/terraform.${stackId}.tfstate`;
}

function keepState(
  stack: TerraformStack,
  { stateBucket, pipeline, stateRegion }: StackSettings,
  rootFolder: string,
): void {
  if (stateBucket === null) {
    new LocalBackend(stack, { path: toStatePath(stack.node.id, rootFolder) });
    return;
  }
  const { environment } = pipeline;
  const region = stateRegion ?? pipeline.region;
  const key = `${environment}/${stack.node.id}.tfstate`;
  // Without `encrypt`, which would ask S3 for AES256, the bucket's default applies: the state's own KMS key.
  new S3Backend(stack, { bucket: stateBucket, key, region });
  // CDKTF 0.21 has no property for S3's native lock, which Terraform 1.10 introduced.
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}
