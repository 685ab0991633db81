import { CommanderError } from "@commander-js/extra-typings";
import { toPlainLines } from "@image-pipeline/schema/plain-text";
import { USAGE } from "@image-pipeline/schema/user-fault";
import { accountCommand } from "./commands/account.ts";
import { backfillCommand } from "./commands/backfill.ts";
import { benchCommand } from "./commands/bench.ts";
import { budgetCommand } from "./commands/budget.ts";
import { capacityCommand } from "./commands/capacity.ts";
import { checkCommand } from "./commands/check.ts";
import { consoleCommand } from "./commands/console.ts";
import { costCommand } from "./commands/cost.ts";
import { dlqCommand } from "./commands/dlq.ts";
import { eventsCommand } from "./commands/events.ts";
import { explainCommand } from "./commands/explain.ts";
import { logsCommand } from "./commands/logs.ts";
import { planReviewCommand } from "./commands/plan-review.ts";
import { renderCommand } from "./commands/render.ts";
import { startCommand } from "./commands/start.ts";
import { statusCommand } from "./commands/status.ts";
import { synthCommand } from "./commands/synth.ts";
import { toolchainCommand } from "./commands/toolchain.ts";
import { newCommand, type ProgramContext } from "./program/command.ts";
import type { Context } from "./program/context.ts";
import { DONE, INTERRUPTED } from "./program/exit-codes.ts";
import { toFault } from "./program/to-fault.ts";

const COMMANDS = [
  startCommand,
  synthCommand,
  accountCommand,
  planReviewCommand,
  consoleCommand,
  statusCommand,
  explainCommand,
  dlqCommand,
  budgetCommand,
  logsCommand,
  backfillCommand,
  checkCommand,
  eventsCommand,
  renderCommand,
  costCommand,
  capacityCommand,
  benchCommand,
  toolchainCommand,
];

/** Runs a command line to its exit code; every failure is reported without a stack. */
export async function runProgram(argv: readonly string[], context: Context): Promise<number> {
  let exitCode: number = DONE;
  const end = (code: number) => {
    exitCode = code;
  };
  const program = newProgram({ ...context, end });
  try {
    await program.parseAsync(argv.length === 0 ? ["--help"] : [...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.code === "commander.helpDisplayed" ? DONE : USAGE;
    return report(error, argv[0] ?? "pipeline", context);
  }
}

export function newProgram(context: ProgramContext) {
  const program = newCommand("npx pipeline", context, {
    summary: "Runs the image pipeline on this machine, and operates it on AWS.",
    examples: [
      ["npx pipeline dlq", "failed messages of the pipeline that runs on this machine, with their reasons"],
      ["npx pipeline dlq --environment prod", "the same for the environment prod on AWS"],
      ["npx pipeline check --help", "everything about a command"],
    ],
  }).usage("<command> [options]");
  for (const command of COMMANDS) program.addCommand(command(context));
  return program;
}

function report(error: unknown, name: string, { terminal, signal }: Context): number {
  terminal.status("");
  if (signal.aborted && error instanceof Error && error.name === "AbortError") return INTERRUPTED;
  const fault = toFault(error);
  terminal.note(toPlainLines(`${name}: ${fault.message}`));
  return fault.exitCode;
}
