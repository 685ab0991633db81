import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import type { Context } from "./context.ts";

const WIDTH = 100;
const EXIT_CODES = "0 done, 1 found something or failed, 2 wrong usage, 130 interrupted (Ctrl-C)";

/** The context of a program, which learns how its command ended. */
export interface ProgramContext extends Context {
  end(exitCode: number): void;
}

/** The texts of a command apart from its arguments and options. */
export interface CommandText {
  /** One line for the list of commands. */
  summary: string;
  /** The first paragraph of its help; the summary when absent. */
  description?: string;
  /** Command lines, each with its purpose. */
  examples: readonly (readonly [command: string, purpose: string])[];
  /** The exit codes, if the common ones need more words. */
  exitCodes?: string;
}

export const JSON_OUTPUT = new Option("--json", "write JSON to stdout, for programs");

/** A command whose help and errors look like those of every other one. */
export function newCommand(name: string, { terminal }: ProgramContext, text: CommandText) {
  const { summary, description = summary, examples, exitCodes = EXIT_CODES } = text;
  const command = new Command(name);
  return command
    .summary(summary)
    .description(description)
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    .configureHelp({ helpWidth: WIDTH, subcommandTerm: (subcommand) => subcommand.name() })
    .configureOutput({
      writeOut: (help) => terminal.out(help.trimEnd().split("\n")),
      writeErr: (help) => terminal.note(help.trimEnd().split("\n")),
      outputError: (error) => terminal.note(toErrorLine(pathOf(command), error)),
    })
    .exitOverride()
    .addHelpText("after", () => `\n${toExamples(examples)}\n\nExit codes: ${exitCodes}`);
}

/** Turns a run that resolves to an exit code into a commander action. */
export function ending<Args extends unknown[]>(
  { end }: ProgramContext,
  run: (...args: Args) => Promise<number>,
): (...args: Args) => Promise<void> {
  return async (...args) => end(await run(...args));
}

/** `dlq show`, without the name of the program; empty for the program itself. */
function pathOf(command: CommandUnknownOpts): string {
  const { parent } = command;
  return parent === null ? "" : `${pathOf(parent)} ${command.name()}`.trim();
}

function toExamples(examples: CommandText["examples"]): string {
  const explained = examples.filter(([, purpose]) => purpose !== "");
  const width = Math.max(0, ...explained.map(([command]) => command.length));
  const lines = examples.map(([command, purpose]) => `  ${command.padEnd(width)}  ${purpose}`.trimEnd());
  return ["Examples:", ...lines].join("\n");
}

/** `dlq: unknown option '--resaon': did you mean --reason? (see npx pipeline dlq --help)` */
function toErrorLine(path: string, error: string): string {
  const [what = "", guess] = error
    .trim()
    .replace(/^error: /, "")
    .split("\n");
  const suggestion = guess ? `: ${guess.replace(/^\(D(.*)\)$/, "d$1")}` : "";
  const name = path.split(" ")[0] || "pipeline";
  return `${name}: ${what.replace(/\.$/, "")}${suggestion} (see ${["npx pipeline", path, "--help"].filter(Boolean).join(" ")})`;
}
