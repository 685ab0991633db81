import { z } from "zod";

/** An error in the form in which a function reports it (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). */
export const FunctionError = z.object({
  errorType: z.string().default("Error"),
  errorMessage: z.string().default(""),
  trace: z.array(z.string()).default([]),
});
export type FunctionError = z.infer<typeof FunctionError>;

/** The outcome of an invocation: the handler's answer, or its error. */
export type Outcome = { ok: true; payload: unknown } | { ok: false; error: FunctionError };

export function failure(errorType: string, errorMessage: string): Outcome {
  return { ok: false, error: { errorType, errorMessage, trace: [] } };
}
