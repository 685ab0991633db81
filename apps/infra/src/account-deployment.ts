import type { Pipeline, Webhook } from "@image-pipeline/schema/config";
import { toNames } from "@image-pipeline/schema/names";

/** An environment with a delivery stack, and the hosted zone of its domain. */
export interface Delivery {
  environment: string;
  zoneId: string | null;
}

/** A webhook of an environment, by the secret that its function reads. */
export interface WebhookSecret extends Pick<Webhook, "secretArn" | "secretKeyArn"> {
  environment: string;
}

/** Input of the stacks that an account has once. */
export interface AccountDeployment {
  /** The pipeline whose name, region and tags these stacks use. */
  pipeline: Pipeline;
  /** The environments that are deployed to the account. */
  environments: readonly string[];
  /** The regions of environments that have another than the pipeline. */
  regions?: Readonly<Record<string, string>> | undefined;
  /** The role settings of environments that have others than the pipeline. */
  iam?: Readonly<Record<string, Pipeline["iam"]>> | undefined;
  /** The names of existing upload buckets, by the environments that use them. */
  existingBuckets: Readonly<Record<string, string>>;
  /** The environments whose uploads EventBridge sends: an existing bucket's notification is not theirs (default: none). */
  bridged?: readonly string[];
  /** The environments that have a delivery stack (default: none). */
  deliveries?: readonly Delivery[];
  /** The webhooks of the environments (default: none). */
  webhooks?: readonly WebhookSecret[];
  stateBucket: string | null;
  /** The state bucket's region (default: the pipeline's). */
  stateRegion?: string | undefined;
}

/** Returns the environments in the account of one of them. Without `accountId` it is unknown, so the same for all of these. */
export function inAccountOf(
  { accountId }: Pipeline,
  pipelines: ReadonlyMap<string, Pipeline>,
): ReadonlyMap<string, Pipeline> {
  return new Map([...pipelines].filter(([, other]) => other.accountId === accountId));
}

/** Names of the resources that an account has once; `toNames` has those of an environment. */
export function toAccountNames({
  pipeline,
  regions = {},
  iam = {},
  stateRegion,
}: Pick<AccountDeployment, "pipeline" | "regions" | "iam" | "stateRegion">) {
  const { name, region } = pipeline;
  const { partition, bucketArn } = toNames(pipeline);
  return {
    name,
    regionOf: (environment: string) => regions[environment] ?? region,
    stateRegion: stateRegion ?? region,
    partition,
    bucketArn,
    rolePathOf: (environment: string) => (iam[environment] ?? pipeline.iam).path,
    stateBucket: (accountId: string) => `${name}-state-${accountId}`,
    stateKeyAlias: `alias/${name}-state`,
    planRole: `${name}-plan`,
    applyRole: (environment: string) => `${name}-apply-${environment}`,
  };
}
export type AccountNames = ReturnType<typeof toAccountNames>;
