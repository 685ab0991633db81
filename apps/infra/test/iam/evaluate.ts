import type { Statement } from "../policies.ts";

/** What somebody asks AWS for. */
export interface AccessRequest {
  action: string;
  resource: string;
  /** The request's condition keys, such as `s3:prefix`. */
  context?: Readonly<Record<string, string>>;
}
export interface Decision {
  isAllowed: boolean;
  /** The Sid of the statement that decided; null when none speaks of it. */
  by: string | null;
}

/**
 * IAM's decision over an identity's policy (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html):
 * a Deny wins, then an Allow, then no. What a test server cannot judge is judged here: conditions, and the resources of SNS.
 *
 * @throws {Error} for a condition operator it does not know, so that none is taken for fulfilled
 */
export function evaluate(statements: readonly Statement[], request: AccessRequest): Decision {
  const speaking = statements.filter((statement) => speaksOf(statement, request));
  const deny = speaking.find(({ Effect }) => Effect === "Deny");
  if (deny) return { isAllowed: false, by: deny.Sid };
  const allow = speaking.find(({ Effect }) => Effect === "Allow");
  return { isAllowed: allow !== undefined, by: allow?.Sid ?? null };
}

function speaksOf({ Action, Resource, Condition = {} }: Statement, request: AccessRequest): boolean {
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
  actual: string | undefined,
): boolean {
  const isIfExists = operator.endsWith("IfExists");
  if (actual === undefined) return isIfExists;
  const compare = OPERATORS[operator.replace(/IfExists$/, "")];
  if (!compare) throw new Error(`the operator ${operator} is not known here: teach evaluate.ts`);
  return values.some((value) => compare(actual, value));
}

const OPERATORS: Readonly<Record<string, (actual: string, value: string) => boolean>> = {
  StringEquals: (actual, value) => actual === value,
  StringLike: isLike,
  ArnEquals: isLike,
  ArnLike: isLike,
  Bool: (actual, value) => actual.toLowerCase() === value.toLowerCase(),
};

/** `*` for any text, `?` for one character, as IAM has them. */
function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);
}
