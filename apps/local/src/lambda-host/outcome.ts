import { z } from "zod";

/** How a function says what went wrong (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). */
export const FunctionError = z.object({
  errorType: z.string().default("Error"),
  errorMessage: z.string().default(""),
  trace: z.array(z.string()).default([]),
});
export type FunctionError = z.infer<typeof FunctionError>;

/** What an invocation came to: the handler's answer, or why there is none. */
export type Outcome = { ok: true; payload: unknown } | { ok: false; error: FunctionError };

export function failure(errorType: string, errorMessage: string): Outcome {
  return { ok: false, error: { errorType, errorMessage, trace: [] } };
}
