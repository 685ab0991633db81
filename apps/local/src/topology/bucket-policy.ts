import { z } from "zod";

const Texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const Statement = z.object({
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z.union([z.literal("*"), z.record(z.string(), Texts)]).default({}),
  Action: Texts.default([]),
  Resource: Texts.default([]),
  Condition: z.record(z.string(), z.record(z.string(), Texts)).default({}),
});
type Statement = z.infer<typeof Statement>;

/** The policy of a bucket, as far as it is about reads of objects. */
export const BucketPolicy = z.object({
  Statement: z.union([Statement, z.array(Statement)]).transform((value) => [value].flat()),
});
export type BucketPolicy = z.infer<typeof BucketPolicy>;

/** A read of one object by an AWS service. */
export interface ServiceRead {
  service: string;
  resource: string;
  /** Values of condition keys. A key that is not here is missing from the request. */
  context: Readonly<Record<string, string>>;
}

/**
 * Returns true if a bucket's policy lets a service read an object: a statement allows it and none denies it. A condition with an
 * operator that is unknown here is not met by a statement that allows, and met by one that denies.
 */
export function allowsRead({ Statement: statements }: BucketPolicy, read: ServiceRead): boolean {
  const applies = (statement: Statement) => isAbout(statement, read) && isMet(statement, read);
  const effects = new Set(statements.filter(applies).map(({ Effect }) => Effect));
  return effects.has("Allow") && !effects.has("Deny");
}

function isAbout({ Principal, Action, Resource }: Statement, { service, resource }: ServiceRead): boolean {
  const isPrincipal =
    Principal === "*" || Principal.AWS?.includes("*") || Principal.Service?.includes(service);
  const matchesAny = (patterns: readonly string[], value: string) =>
    patterns.some((pattern) => isLike(value, pattern));
  return Boolean(isPrincipal) && matchesAny(Action, "s3:GetObject") && matchesAny(Resource, resource);
}

function isMet({ Effect, Condition }: Statement, { context }: ServiceRead): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(
      ([key, values]) => passes(operator, context[key], values) ?? Effect === "Deny",
    ),
  );
}

const OPERATOR = /^(String|Arn)(Not)?(Equals|Like)(IfExists)?$/;

/** Returns undefined for an unknown operator. A missing key meets a negated condition (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html). */
function passes(operator: string, value: string | undefined, wanted: readonly string[]): boolean | undefined {
  if (operator === "Bool") return value !== undefined && wanted.includes(value);
  const [matched, type, not, comparison, ifExists] = OPERATOR.exec(operator) ?? [];
  if (matched === undefined) return undefined;
  if (value === undefined) return Boolean(ifExists ?? not);
  const hasWildcards = type === "Arn" || comparison === "Like";
  const isFound = wanted.some((one) => (hasWildcards ? isLike(value, one) : value === one));
  return not ? !isFound : isFound;
}

/** Compares with the wildcards `*` and `?` of policies and of CloudFront's path patterns. */
export function isLike(value: string, pattern: string): boolean {
  const literal = (text: string) => text.replace(/[$()+.[\\\]^{|}]/g, "\\$&");
  const source = pattern
    .split(/([*?])/)
    .map((part) => (part === "*" ? ".*" : part === "?" ? "." : literal(part)));
  return new RegExp(`^${source.join("")}$`, "s").test(value);
}
