import { z } from "zod";

/** The operators of EventBridge patterns that are known here; any other stops the start rather than match by chance. */
const Comparison = z.tuple([z.enum(["<", "<=", "=", ">=", ">"]), z.number()]);
const ValueTest = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({
    numeric: z
      .array(z.union([z.string(), z.number()]))
      .min(2)
      .transform(toPairs)
      .pipe(z.array(Comparison)),
  }),
]);
type ValueTest = z.infer<typeof ValueTest>;

/** Every field named must pass any of its tests, at whatever depth. */
export const EventPattern: z.ZodType<EventPattern> = z.record(
  z.string(),
  z.union([z.array(ValueTest).min(1), z.lazy(() => EventPattern)]),
);
export interface EventPattern {
  [field: string]: ValueTest[] | EventPattern;
}

/**
 * Whether an event is one that a pattern takes (docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html).
 * A list in the event passes when any of its items does.
 */
export function matchesPattern(event: unknown, pattern: EventPattern): boolean {
  return Object.entries(pattern).every(([field, inner]) => {
    const value = isObject(event) ? event[field] : undefined;
    return Array.isArray(inner)
      ? inner.some((test) => passes(value, test))
      : isObject(value) && matchesPattern(value, inner);
  });
}

function passes(value: unknown, test: ValueTest): boolean {
  if (Array.isArray(value)) return value.some((item) => passes(item, test));
  if (test === null || typeof test !== "object") return value === test;
  if ("exists" in test) return (value !== undefined) === test.exists;
  if ("prefix" in test) return typeof value === "string" && value.startsWith(test.prefix);
  return typeof value === "number" && test.numeric.every((comparison) => compares(value, comparison));
}

function compares(value: number, [operator, bound]: z.infer<typeof Comparison>): boolean {
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

function toPairs(items: (string | number)[]): unknown[] {
  return Array.from({ length: Math.ceil(items.length / 2) }, (_, index) =>
    items.slice(2 * index, 2 * index + 2),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
