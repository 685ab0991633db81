import type { Pipeline } from "@image-pipeline/schema/config";
import { toNames } from "@image-pipeline/schema/config";
import type { Basis } from "../deployment.ts";

/** What the stacks that an account has once are made from. */
export interface Account {
  /** Name, region and tags are taken from it. */
  pipeline: Pipeline;
  /** The environments that are deployed to the account. */
  environments: readonly string[];
  stateBucket: string | null;
}

/** The environment that these stacks' tags and their key in the state bucket name. */
const ENVIRONMENT = "account";

/** Terraform runs in `cdktf.out/account/stacks/<stack>`. */
export function toBasis({ pipeline, stateBucket }: Account): Basis {
  return { pipeline: { ...pipeline, environment: ENVIRONMENT }, stateBucket, rootFolder: "../../../.." };
}

/** Names of what an account has once, as `toNames` of what an environment has. */
export function toAccountNames({ pipeline }: Account) {
  const { name, region } = pipeline;
  const { partition, bucketArn } = toNames(pipeline);
  return {
    name,
    region,
    partition,
    bucketArn,
    stateBucket: (accountId: string) => `${name}-state-${accountId}`,
    stateKeyAlias: `alias/${name}-state`,
    planRole: `${name}-plan`,
    applyRole: (environment: string) => `${name}-apply-${environment}`,
  };
}
export type AccountNames = ReturnType<typeof toAccountNames>;
