import type { EventPattern, ValueTest } from "@image-pipeline/schema/aws";

/**
 * Returns true if an event matches a pattern (docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html).
 * A list in the event matches when any of its items does.
 */
export function matchesPattern(event: unknown, pattern: EventPattern): boolean {
  return Object.entries(pattern).every(([field, inner]) => {
    const value = isObject(event) ? event[field] : undefined;
    return isListOfTests(inner)
      ? inner.some((test) => passes(value, test))
      : isObject(value) && matchesPattern(value, inner);
  });
}

function passes(value: unknown, test: ValueTest): boolean {
  if (Array.isArray(value)) return value.some((item) => passes(item, test));
  if (test === null || typeof test !== "object") return value === test;
  if ("exists" in test) return (value !== undefined) === test.exists;
  if ("prefix" in test) return typeof value === "string" && value.startsWith(test.prefix);
  if ("suffix" in test) return typeof value === "string" && value.endsWith(test.suffix);
  if ("wildcard" in test) return typeof value === "string" && toExpression(test.wildcard).test(value);
  if ("anything-but" in test)
    return typeof value === "string" && !value.startsWith(test["anything-but"].prefix);
  return typeof value === "number" && isInRange(value, test.numeric);
}

/** Returns the expression for a wildcard, in which a backslash escapes an asterisk or a backslash. */
function toExpression(wildcard: string): RegExp {
  const parts = wildcard.match(/\\[*\\]|[\s\S]/g) ?? [];
  const source = parts.map((part) => (part === "*" ? "[^]*" : toLiteral(part.slice(-1)))).join("");
  return new RegExp(`^${source}$`);
}

function toLiteral(character: string): string {
  return character.replace(/[$()*+.?[\\\]^{|}]/, "\\$&");
}

type Range = Extract<ValueTest, { numeric: unknown }>["numeric"];

function isInRange(value: number, range: Range): boolean {
  const [operator, bound] = range;
  if (range.length === 2) return compares(value, operator, bound);
  return compares(value, operator, bound) && compares(value, range[2], range[3]);
}

function compares(value: number, operator: Range[0], bound: number): boolean {
  switch (operator) {
    case "<":
      return value < bound;
    case "<=":
      return value <= bound;
    case "=":
      return value === bound;
    case ">=":
      return value >= bound;
    case ">":
      return value > bound;
  }
}

/** Array.isArray does not narrow a readonly array. */
function isListOfTests(inner: readonly ValueTest[] | EventPattern): inner is readonly ValueTest[] {
  return Array.isArray(inner);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
