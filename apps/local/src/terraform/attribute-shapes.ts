import { z } from "zod";

/** A nested block: cdk.tf.json may write it as an object or as a list of one; the state always has a list. */
export const block = <Shape extends z.ZodType>(shape: Shape) =>
  z
    .preprocess((value) => (Array.isArray(value) && value.length <= 1 ? value[0] : value), shape.nullish())
    .transform((value) => value ?? null);

export const blocks = <Shape extends z.ZodType>(shape: Shape) =>
  z
    .union([z.array(shape), shape])
    .nullish()
    .transform((value) =>
      value === null || value === undefined ? [] : Array.isArray(value) ? value : [value],
    );

/** An optional text; the state writes an unset one as `""` or null. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value || null);

/** A number of seconds, or AWS's default. */
export const seconds = (preset: number) =>
  z
    .int()
    .nonnegative()
    .nullish()
    .transform((value) => value ?? preset);

/** A required attribute that holds JSON. */
export const jsonText = <Shape extends z.ZodType>(shape: Shape) =>
  z
    .string()
    .transform((value, context): unknown => {
      try {
        return JSON.parse(value);
      } catch {
        context.issues.push({ code: "custom", input: value, message: "is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(shape);

/** An optional attribute that holds JSON. */
export const optionalJsonText = <Shape extends z.ZodType>(shape: Shape) =>
  text.transform((value, context) => {
    try {
      return value === null ? null : shape.parse(JSON.parse(value));
    } catch {
      context.issues.push({ code: "custom", input: value, message: "is not JSON of the expected form" });
      return z.NEVER;
    }
  });
