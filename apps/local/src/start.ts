import { exits } from "./cli/exits.ts";
import type { Options } from "./cli/options.ts";
import { run } from "./cli/run.ts";
import { terminal } from "./cli/terminal.ts";
import { UserFault } from "./user-fault.ts";

/** Runs `npx pipeline start` to its end, and ends the process. */
export async function start(options: Options): Promise<never> {
  const ends = exits();
  try {
    return await ends.leave(await run(options, terminal(options.json), ends));
  } catch (error) {
    if (!ends.isLeaving())
      process.stderr.write(`${error instanceof UserFault ? error.message : describe(error)}\n`);
    return await ends.leave(error instanceof UserFault ? error.exitCode : 1);
  }
}

/** A fault of our own: here the stack helps. */
function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
