import * as z from "zod";

/** The folder of the failure records in the processed bucket. */
export const FAILURES_PREFIX = "failures/";

/** The last error of a message, recorded for the operator who finds the message in the dead-letter queue. */
export const Failure = z.object({
  code: z.string(),
  text: z.string(),
  at: z.string(),
  receiveCount: z.number(),
  key: z.string().nullable(),
});
export type Failure = z.infer<typeof Failure>;

/** Returns the key of a message's failure record in the processed bucket. */
export function toFailureKey(messageId: string): string {
  return `${FAILURES_PREFIX}${messageId}.json`;
}
