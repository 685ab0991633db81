import type { ParseArgsOptionsConfig } from "node:util";
import { type Command, runCommand } from "./run-command.ts";
import { terminalOn } from "./terminal.ts";

/** The exit code of a process that Ctrl-C ended (128 + SIGINT). */
export const INTERRUPTED = 130;

/** The composition root of a command: this process, its arguments and its terminal. A second Ctrl-C leaves at once. */
export async function main<Options extends ParseArgsOptionsConfig>(command: Command<Options>): Promise<void> {
  const interruption = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (interruption.signal.aborted) process.exit(INTERRUPTED);
      interruption.abort();
    });
  }
  // A reader such as `head` that has seen enough is no fault.
  process.stdout.on("error", () => process.exit(0));
  process.exitCode = await runCommand(command, process.argv.slice(2), {
    terminal: terminalOn(process),
    signal: interruption.signal,
    variables: process.env,
  });
  process.removeAllListeners("SIGINT").removeAllListeners("SIGTERM");
}
