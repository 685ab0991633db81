import type { ParseArgsOptionsConfig } from "node:util";
import { type Command, runCommand, type Terminal } from "@image-pipeline/operator-kit";

export interface Running {
  signal?: AbortSignal;
  variables?: Record<string, string>;
  /** Hears of every line, as it is written. */
  onLine?: (line: string) => void;
}

/** Runs a command in this process. */
export async function run<Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
  argv: readonly string[],
  { signal = new AbortController().signal, variables = {}, onLine = () => undefined }: Running = {},
): Promise<{ code: number; out: string[]; error: string[]; json: unknown[] }> {
  const out: string[] = [];
  const error: string[] = [];
  const into = (lines: string[]) => (line: string) => {
    lines.push(line);
    onLine(line);
  };
  const terminal: Terminal = { out: into(out), note: into(error), status: onLine };
  const code = await runCommand(command, argv, { terminal, signal, variables });
  const json = argv.includes("--json") ? out.map((line): unknown => JSON.parse(line)) : [];
  return { code, out, error, json };
}
