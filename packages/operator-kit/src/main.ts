import type { ParseArgsOptionsConfig } from "node:util";
import { type Command, runCommand } from "./run-command.ts";
import { terminalOn } from "./terminal.ts";

/** The exit code of a process that Ctrl-C ended (128 + SIGINT). */
export const INTERRUPTED = 130;

/**
 * The composition root of a command: this process, its arguments and its terminal. Ctrl-C, a closed terminal, or a
 * reader such as `head` that has seen enough, end it in order; a second Ctrl-C leaves at once.
 */
export async function main<Options extends ParseArgsOptionsConfig>(command: Command<Options>): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  const insist = () => (interruption.signal.aborted ? process.exit(INTERRUPTED) : interrupt());
  process.on("SIGINT", insist).on("SIGTERM", insist).on("SIGHUP", interrupt);
  process.stdout.on("error", interrupt);
  process.stderr.on("error", interrupt);
  process.exitCode = await runCommand(command, process.argv.slice(2), {
    terminal: terminalOn(process),
    signal: interruption.signal,
    variables: process.env,
  });
}
