import { createInterface } from "node:readline/promises";
import { systemClock } from "@image-pipeline/local/clock";
import { toPlainText } from "@image-pipeline/schema/plain-text";
import type { Context } from "./program/context.ts";
import { INTERRUPTED } from "./program/exit-codes.ts";
import { runProgram } from "./run-program.ts";
import { terminalOn } from "./terminal/terminal.ts";

/**
 * The process of `npx pipeline`. Ctrl-C, a closed terminal, or a reader such as `head` that has seen enough end a command
 * in order; a second Ctrl-C ends it at once.
 */
const interruption = new AbortController();
const interrupt = () => interruption.abort();
const interruptOrExit = () => (interruption.signal.aborted ? process.exit(INTERRUPTED) : interrupt());
process.on("SIGINT", interruptOrExit).on("SIGTERM", interruptOrExit).on("SIGHUP", interrupt);
process.stdout.on("error", interrupt);
process.stderr.on("error", interrupt);

const context: Context = {
  terminal: terminalOn(process),
  signal: interruption.signal,
  variables: process.env,
  clock: systemClock,
  random: Math.random,
  async pipelines() {
    const { loadPipelines } = await import("@image-pipeline/schema/load");
    return loadPipelines();
  },
  async runtimes() {
    const { runningRuntimes } = await import("@image-pipeline/local/running-runtimes");
    return runningRuntimes();
  },
  confirm: process.stdin.isTTY && process.stderr.isTTY ? confirm : null,
};
process.exitCode = await runProgram(process.argv.slice(2), context);

/** Without `terminal` Ctrl-C stays a signal, as it is everywhere else. */
async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const answer = await lines.question(`${toPlainText(question)} [y/N] `, { signal: interruption.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
