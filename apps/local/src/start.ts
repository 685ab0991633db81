import { exits } from "./cli/exits.ts";
import { toOptions, USAGE } from "./cli/options.ts";
import { run } from "./cli/run.ts";
import { terminal } from "./cli/terminal.ts";
import { UserFault } from "./user-fault.ts";

/** `npx pnpm@12 start`: see the usage in `cli/options.ts`. */
const ends = exits();
try {
  const options = toOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(USAGE);
  await ends.leave(options.help ? 0 : await run(options, terminal(options.json), ends));
} catch (error) {
  if (!ends.isLeaving())
    process.stderr.write(`${error instanceof UserFault ? error.message : describe(error)}\n`);
  await ends.leave(error instanceof UserFault ? error.exitCode : 1);
}

/** A fault of our own: here the stack helps. */
function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
