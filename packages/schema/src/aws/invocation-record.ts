import * as z from "zod";

/**
 * The record of a failed asynchronous invocation that Lambda sends to the on-failure destination
 * (docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
 */
export const InvocationRecord = z.object({
  requestContext: z.object({ condition: z.string() }),
  requestPayload: z.unknown(),
  /** Absent or null if the function was killed or never ran. */
  responsePayload: z.object({ errorMessage: z.string() }).nullish(),
});
export type InvocationRecord = z.infer<typeof InvocationRecord>;
