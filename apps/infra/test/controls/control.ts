import { z } from "zod";
import type { SynthesisedStack } from "../deployments.ts";
import { type Statement, statementsOf } from "../policies.ts";

/** A requirement of a security review, and its check against the synthesised JSON. */
export interface Control {
  /** Ids of Checkov (`CKV…`), Trivy (`AWS-…`) and Security Hub (`S3.5`). */
  ids: readonly string[];
  what: string;
  /** The place in `apps/infra/src`. */
  where: string;
  /** Returns the addresses of resources that break it. */
  faults(stacks: Stacks): string[];
}
/** A control that is not met everywhere, with the reason. */
export interface Exception {
  ids: readonly string[];
  /** Matches the resources that a scanner reports, by address and Sid (default: all). */
  on?: RegExp;
  what: string;
  reason: string;
}
export type Stacks = readonly SynthesisedStack[];

export interface Resource {
  type: string;
  address: string;
  attributes: Record<string, unknown>;
}

export function resourcesOf(stacks: Stacks, type: string): Resource[] {
  return stacks.flatMap(({ file }) =>
    Object.entries(file.resource[type] ?? {}).map(([id, attributes]) => ({
      type,
      address: `${type}.${id}`,
      attributes,
    })),
  );
}

/** Returns the address of every resource of a type that a predicate refuses. */
export function broken(stacks: Stacks, type: string, holds: (resource: Resource) => boolean): string[] {
  return resourcesOf(stacks, type)
    .filter((resource) => !holds(resource))
    .map(({ address }) => address);
}

/** Returns the resources that configure another, such as a bucket's policy. */
export function companions(stacks: Stacks, type: string, of: Resource): Resource[] {
  return resourcesOf(stacks, type).filter(({ attributes }) =>
    Object.values(attributes).some((value) => String(value).startsWith(`\${${of.address}.`)),
  );
}

/** Returns the expressions by which another resource invokes a function: its ARN, and those of its aliases. */
export function invokedAs(stacks: Stacks, of: Resource): string[] {
  const aliases = companions(stacks, "aws_lambda_alias", of);
  return [of, ...aliases].map(({ address }) => `\${${address}.arn}`);
}

/** Returns resources of a type without a companion that meets a predicate. */
export function without(
  stacks: Stacks,
  type: string,
  companion: { type: string; holds: (attributes: Record<string, unknown>) => boolean },
): string[] {
  return broken(stacks, type, (resource) =>
    companions(stacks, companion.type, resource).some(({ attributes }) => companion.holds(attributes)),
  );
}

/** Returns the address and Sid of every policy statement of these types that a predicate refuses. */
export function brokenStatements(
  stacks: Stacks,
  types: readonly string[],
  holds: (statement: Statement) => boolean,
): string[] {
  return types
    .flatMap((type) => resourcesOf(stacks, type))
    .flatMap(({ address, attributes }) =>
      statementsOf(attributes.policy)
        .filter((statement) => !holds(statement))
        .map(({ Sid }) => `${address} ${Sid}`),
    );
}

export function deniesInsecureTransport(policy: unknown): boolean {
  return statementsOf(policy).some(
    ({ Effect, Principal, Condition }) =>
      Effect === "Deny" && Principal === "*" && Condition?.Bool?.["aws:SecureTransport"]?.[0] === "false",
  );
}

/** Returns true if a value refers to a customer key of the stack. */
export function isCustomerKey(value: unknown): boolean {
  return /^\$\{aws_kms_key\.\w+\.arn\}$/.test(String(value));
}

/** A secret's ARN, by which a function reads it; without the role's permission it is of no use. */
const SECRET_ARN = /"\w+_SECRET_ARN":"arn:[\w-]+:secretsmanager:[\w:/+=.@-]+"/g;

/** Returns true if no word in a function's variables suggests a secret. */
export function isSecretFree(variables = ""): boolean {
  return !/AKIA|ASIA|secret|password|token/i.test(variables.replace(SECRET_ARN, ""));
}

/** Returns true if a policy's principal is everybody. */
export function isAnyone(principal: unknown): boolean {
  return principal === "*" || [at(principal, "AWS")].flat().includes("*");
}

/** Returns the value at a path of keys and indices; undefined if there is none. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = z.record(z.string(), z.unknown()).safeParse(Array.isArray(value) ? { ...value } : value);
  return inner.success ? at(inner.data[String(key)], ...rest) : undefined;
}
