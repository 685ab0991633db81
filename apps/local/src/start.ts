import { setFlagsFromString } from "node:v8";
import { toPlainLines } from "@image-pipeline/schema/plain-text";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { exits } from "./cli/exits.ts";
import type { Options } from "./cli/options.ts";
import { run } from "./cli/run.ts";
import { terminal } from "./cli/terminal.ts";
import { HEAP_GROWTH } from "./lambda-host/function-process.ts";

/** Runs `start` and ends this process with its exit code. */
export async function start(options: Options): Promise<never> {
  setFlagsFromString(HEAP_GROWTH);
  const ends = exits();
  const screen = terminal(options.json);
  try {
    return await ends.leave(await run(options, screen, ends));
  } catch (error) {
    if (!ends.isLeaving())
      screen.complain(toPlainLines(error instanceof UserFault ? error.message : toStack(error)));
    return await ends.leave(error instanceof UserFault ? error.exitCode : 1);
  }
}

/** The stack of an unexpected error, which helps to report it. */
function toStack(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
