import { type Pipeline, toNames } from "@image-pipeline/schema/config";

/** Input of the stacks that an account has once. */
export interface AccountDeployment {
  /** The pipeline whose name, region and tags these stacks use. */
  pipeline: Pipeline;
  /** The environments that are deployed to the account. */
  environments: readonly string[];
  /** The names of existing upload buckets, by the environments that use them. */
  existingBuckets: Readonly<Record<string, string>>;
  stateBucket: string | null;
}

/** Names of the resources that an account has once; `toNames` has those of an environment. */
export function toAccountNames({ pipeline }: Pick<AccountDeployment, "pipeline">) {
  const { name, region } = pipeline;
  const { partition, bucketArn } = toNames(pipeline);
  return {
    name,
    region,
    partition,
    bucketArn,
    rolePath: pipeline.iam.path,
    stateBucket: (accountId: string) => `${name}-state-${accountId}`,
    stateKeyAlias: `alias/${name}-state`,
    planRole: `${name}-plan`,
    applyRole: (environment: string) => `${name}-apply-${environment}`,
  };
}
export type AccountNames = ReturnType<typeof toAccountNames>;
