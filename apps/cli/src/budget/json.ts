import * as z from "zod";

/** One line of `budget --json`. */
export const MappingLine = z.object({
  id: z.string().describe("of the event source mapping"),
  queue: z.string(),
  function: z.string(),
  state: z.string().describe("as Lambda names it, such as Enabled, Disabling or Disabled"),
  waiting: z.int().describe("messages in the queue"),
  isChanged: z.boolean().describe("true if this run changed it, or would without --dry-run"),
});
export type MappingLine = z.infer<typeof MappingLine>;
