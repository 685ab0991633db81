import type { Statement } from "../policies.ts";

/** An action on a resource. */
export interface AccessRequest {
  action: string;
  resource: string;
  /** The request's condition keys, such as `s3:prefix`; those with several values have a list. */
  context?: Readonly<Record<string, string | readonly string[]>>;
}
export interface Decision {
  isAllowed: boolean;
  /** The Sid of the statement that decided; null if none matches. */
  by: string | null;
}

/**
 * IAM's decision over an identity's policy (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html):
 * Deny first, then Allow, then the implicit deny. It checks conditions and topics, which moto does not.
 *
 * @throws {Error} for an unknown condition operator, so that none counts as met
 */
export function evaluate(statements: readonly Statement[], request: AccessRequest): Decision {
  const matching = statements.filter((statement) => matches(statement, request));
  const deny = matching.find(({ Effect }) => Effect === "Deny");
  if (deny) return { isAllowed: false, by: deny.Sid };
  const allow = matching.find(({ Effect }) => Effect === "Allow");
  return { isAllowed: allow !== undefined, by: allow?.Sid ?? null };
}

function matches({ Action, Resource, Condition = {} }: Statement, request: AccessRequest): boolean {
  return (
    Action.some((pattern) => isLike(request.action.toLowerCase(), pattern.toLowerCase())) &&
    Resource.some((pattern) => isLike(request.resource, pattern)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds({ operator, values }, request.context?.[key])),
    )
  );
}

function holds(
  { operator, values }: { operator: string; values: string[] },
  actual: string | readonly string[] | undefined,
): boolean {
  const negated = /Not(?=Like|Equals)/;
  if (negated.test(operator)) return !holds({ operator: operator.replace(negated, ""), values }, actual);
  if (operator === "Null") return values.includes(String(actual === undefined));
  const isNegated = NEGATED.test(operator);
  if (actual === undefined) return operator.endsWith("IfExists") || ALL_VALUES.test(operator) || isNegated;
  if (isNegated) return !holds({ operator: operator.replace(NEGATED, ""), values }, actual);
  const compare = OPERATORS[operator.replace(SEVERAL_VALUES, "").replace(/IfExists$/, "")];
  if (!compare) throw new Error(`the operator ${operator} is unknown: add it to evaluate.ts`);
  const isList = typeof actual !== "string";
  if (isList !== SEVERAL_VALUES.test(operator))
    throw new Error(
      `the operator ${operator} does not fit ${isList ? "a list" : "one value"}: see evaluate.ts`,
    );
  const matches = (one: string) => values.some((value) => compare(one, value));
  return ALL_VALUES.test(operator) ? [actual].flat().every(matches) : [actual].flat().some(matches);
}

/** Prefixes of the operators for keys with several values: one of them must match, or all, which a missing key does. */
const SEVERAL_VALUES = /^For(Any|All)Values?:/;
const ALL_VALUES = /^ForAllValues:/;
/** A negated operator also matches a request without the key. */
const NEGATED = /Not(?=Equals|Like)/;

const OPERATORS: Readonly<Record<string, (actual: string, value: string) => boolean>> = {
  StringEquals: (actual, value) => actual === value,
  StringLike: isLike,
  ArnEquals: isLike,
  ArnLike: isLike,
  Bool: (actual, value) => actual.toLowerCase() === value.toLowerCase(),
};

/** Matches IAM's wildcards: `*` for any text, `?` for one character. */
export function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);
}
