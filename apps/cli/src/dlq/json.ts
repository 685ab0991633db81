import * as z from "zod";

/** One line of `dlq --json`. */
export const DeadLetterMessage = z.object({
  id: z.string(),
  queue: z.string(),
  target: z.string().describe("the queue or function that a redrive sends it to"),
  reason: z.string(),
  text: z.string(),
  key: z.string().nullable().describe("null for a message that is no image event"),
  sentAt: z.iso.datetime(),
  ageSeconds: z.number(),
});
export type DeadLetterMessage = z.infer<typeof DeadLetterMessage>;

/** The line of `dlq show --json`. */
export const ShownMessage = DeadLetterMessage.extend({
  receiveCount: z.number(),
  payload: z.string().describe("the payload of a redrive"),
});
