import * as z from "zod";

const Above = z.enum([">", ">="]);
const Below = z.enum(["<", "<="]);
const NumericRange = z.union([
  z.tuple([z.enum(["=", ...Above.options, ...Below.options]), z.number()]),
  z.tuple([Above, z.number(), Below, z.number()]),
]);

/** A test of one value that SNS filter policies and EventBridge patterns both have; in a list, one must pass. */
const Condition = z.union([
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ "anything-but": z.strictObject({ prefix: z.string() }) }),
  z.strictObject({ numeric: NumericRange }),
]);
export type Condition = z.infer<typeof Condition>;

/** A condition, one that only EventBridge has, or the value itself. In a wildcard `*` is any text, and `\\*` an asterisk. */
const ValueTest = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  Condition,
  z.strictObject({ suffix: z.string() }),
  z.strictObject({ wildcard: z.string() }),
]);
export type ValueTest = z.infer<typeof ValueTest>;

/**
 * An EventBridge pattern (docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html): every field that it
 * names must pass, at any depth.
 */
export const EventPattern: z.ZodType<EventPattern> = z.record(
  z.string(),
  z.union([z.array(ValueTest).min(1), z.lazy(() => EventPattern)]),
);
export interface EventPattern {
  readonly [field: string]: readonly ValueTest[] | EventPattern;
}
