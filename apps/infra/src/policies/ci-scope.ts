import type { AccountNames, Delivery, WebhookSecret } from "../account-deployment.ts";

/** The part of an account that the statements of a role cover. */
export interface Scope {
  names: AccountNames;
  accountId: string;
  /** The environments whose resources the statements cover. */
  environments: readonly string[];
  /** The existing upload buckets of these environments, which their functions read. */
  existingBuckets: readonly string[];
  /** Those of them whose notification is the pipeline's. */
  notifiedBuckets: readonly string[];
  /** The environments of these that have a delivery stack. */
  deliveries: readonly Delivery[];
  /** The webhooks of these. */
  webhooks: readonly WebhookSecret[];
}

/** Returns the ARNs of a service's resources whose names start with the environment's prefix. */
export function arnsOf(service: string, environment: string, { names, accountId }: Scope): string[] {
  const { name, partition } = names;
  const region = names.regionOf(environment);
  const prefix = `${name}-${environment}`;
  const regional = (type: string) => `arn:${partition}:${service}:${region}:${accountId}:${type}`;
  switch (service) {
    case "s3":
      return [`arn:${partition}:s3:::${prefix}-*`];
    case "iam":
      return [`arn:${partition}:iam::${accountId}:role${names.rolePathOf(environment)}${prefix}-*`];
    case "lambda":
      return [regional(`function:${prefix}-*`)];
    case "codedeploy":
      return [regional(`application:${prefix}-*`), regional(`deploymentgroup:${prefix}-*`)];
    case "logs":
      return [
        regional(`log-group:/aws/lambda/${prefix}-*`),
        regional(`log-group:/aws/vendedlogs/states/${prefix}-*`),
      ];
    case "states":
      return [regional(`stateMachine:${prefix}-*`)];
    case "pipes":
      return [regional(`pipe/${prefix}-*`)];
    case "cloudwatch":
      return [
        regional(`alarm:${prefix}-*`),
        `arn:${partition}:cloudwatch::${accountId}:dashboard/${prefix}`,
        `arn:${partition}:cloudwatch::${accountId}:dashboard/${prefix}-workflow`,
        `arn:${partition}:cloudwatch::${accountId}:dashboard/${prefix}-delivery`,
      ];
    case "chatbot":
      // The service has no region, and its ARNs have the kind of the channel before the name.
      return [`arn:${partition}:chatbot::${accountId}:chat-configuration/*/${prefix}-*`];
    case "events":
      return [regional(`rule/${prefix}-*`)];
    default:
      return [regional(`${prefix}-*`)];
  }
}

/** Returns the regions of the environments, each once. */
export function regionsOf({ names, environments }: Scope): string[] {
  return [...new Set(environments.map(names.regionOf))];
}

export function mappings(scope: Scope): string[] {
  const { names, accountId } = scope;
  return regionsOf(scope).map(
    (region) => `arn:${names.partition}:lambda:${region}:${accountId}:event-source-mapping:*`,
  );
}

export function keys(scope: Scope): string[] {
  const { names, accountId } = scope;
  return regionsOf(scope).map((region) => `arn:${names.partition}:kms:${region}:${accountId}:key/*`);
}

/** A key's id is not known before it is created, so its tags identify it. */
export function ofThePipeline(scope: Scope) {
  return { StringEquals: tagsOf("aws:ResourceTag", scope) };
}

export function tagsOf(key: "aws:RequestTag" | "aws:ResourceTag", { names, environments }: Scope) {
  return { [`${key}/Project`]: names.name, [`${key}/Environment`]: environments };
}
