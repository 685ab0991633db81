import { z } from "zod";
import type { SynthesisedStack } from "../deployments.ts";
import { type Statement, statementsOf } from "../policies.ts";

/** Something a security review asks of the stacks, and how the synthesised JSON shows it. */
export interface Control {
  /** As checkov (`CKV…`) and Security Hub (`S3.5`) name it. */
  ids: readonly string[];
  what: string;
  /** Where in `apps/infra/src` it is done. */
  where: string;
  /** The addresses of what breaks it; none when it holds. */
  faults(stacks: Stacks): string[];
}
/** A control that is not, or not everywhere, met, and why. */
export interface Exception {
  ids: readonly string[];
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

/** Every resource of a type that a predicate refuses, by address. */
export function broken(stacks: Stacks, type: string, holds: (resource: Resource) => boolean): string[] {
  return resourcesOf(stacks, type)
    .filter((resource) => !holds(resource))
    .map(({ address }) => address);
}

/** The resources that configure another, such as a bucket's policy. */
export function companions(stacks: Stacks, type: string, of: Resource): Resource[] {
  return resourcesOf(stacks, type).filter(({ attributes }) =>
    Object.values(attributes).some((value) => String(value).startsWith(`\${${of.address}.`)),
  );
}

/** Resources of a type without a companion that a predicate takes. */
export function without(
  stacks: Stacks,
  type: string,
  companion: { type: string; holds: (attributes: Record<string, unknown>) => boolean },
): string[] {
  return broken(stacks, type, (resource) =>
    companions(stacks, companion.type, resource).some(({ attributes }) => companion.holds(attributes)),
  );
}

/** The statements of every policy of these types that a predicate refuses, by address and Sid. */
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

/** Whether a value refers to a customer key of the stack. */
export function isCustomerKey(value: unknown): boolean {
  return /^\$\{aws_kms_key\.\w+\.arn\}$/.test(String(value));
}

/** The value at a path of keys and indices, undefined where there is none. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = z.record(z.string(), z.unknown()).safeParse(Array.isArray(value) ? { ...value } : value);
  return inner.success ? at(inner.data[String(key)], ...rest) : undefined;
}
