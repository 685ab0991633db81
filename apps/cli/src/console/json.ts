import * as z from "zod";

/** The line of `console --json`. */
export const ConsoleAddress = z.object({
  address: z.string().describe("with the token: whoever has it may use the console"),
});
