import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import type { Terminal } from "./terminal.ts";
import { toFault } from "./to-fault.ts";
import { USAGE, UserFault } from "./user-fault.ts";

/** The values of a command's options, as `node:util` parses them. */
export type ValuesOf<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options; strict: true }>
>["values"];

/** What a run is given besides its options. */
export interface Session {
  terminal: Terminal;
  /** Aborts on Ctrl-C: a run ends in an orderly way, and says so. */
  signal: AbortSignal;
  variables: Readonly<Record<string, string | undefined>>;
  positionals: readonly string[];
}

export interface Command<Options extends ParseArgsOptionsConfig> {
  /** As in `npx pnpm@12 NAME`. */
  name: string;
  /** Everything that `--help` prints. */
  help: string;
  options: Options;
  /** Whether words beside the options are allowed. */
  takesPositionals?: boolean;
  /** The exit code of a run that failed; 1 without. */
  failureExitCode?: number;
  /**
   * @returns the exit code
   * @throws {UserFault} whose message is all that is shown
   */
  run(values: ValuesOf<Options>, session: Session): Promise<number>;
}

/** Runs a command to its exit code; whatever goes wrong is one line on stderr, without a stack. */
export async function runCommand<Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
  argv: readonly string[],
  session: Omit<Session, "positionals">,
): Promise<number> {
  const { terminal } = session;
  try {
    if (argv.includes("--help") || argv.includes("-h")) {
      terminal.out(command.help);
      return 0;
    }
    const { values, positionals } = parse(command, argv);
    return await command.run(values, { ...session, positionals });
  } catch (error) {
    const fault = toFault(error);
    terminal.status("");
    terminal.note(`${command.name}: ${fault.message}`);
    return fault.exitCode ?? command.failureExitCode ?? 1;
  }
}

function parse<Options extends ParseArgsOptionsConfig>(command: Command<Options>, argv: readonly string[]) {
  const { options, takesPositionals = false, name } = command;
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: takesPositionals });
  } catch (error) {
    const [first = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw new UserFault(`${first} (see npx pnpm@12 ${name} --help)`, USAGE);
  }
}
