import * as z from "zod";

/** One line of `status --json`. */
export const QueueStatus = z.object({
  queue: z.string(),
  isDeadLetterQueue: z.boolean(),
  waiting: z.int(),
  inFlight: z.int(),
  delayed: z.int(),
  oldestSeconds: z
    .number()
    .nullable()
    .describe("the age of the oldest message; null for none, or if unknown"),
});
export type QueueStatus = z.infer<typeof QueueStatus>;
