import type { Pipeline } from "@image-pipeline/schema/config";
import { type Clock, systemClock } from "../src/clock.ts";
import type { Context } from "../src/program/context.ts";
import { runProgram } from "../src/program/program.ts";

export interface Running extends Partial<Omit<Context, "terminal" | "pipelines">> {
  pipelines?: ReadonlyMap<string, Pipeline>;
  clock?: Clock;
  /** Called for every line, as it is written. */
  onLine?: (line: string) => void;
}

export interface Ended {
  code: number;
  out: string[];
  error: string[];
  /** The lines of stdout, parsed, with `--json`. */
  json: unknown[];
}

/** Runs a command line in this process, with nothing of this machine. */
export async function run(argv: readonly string[], running: Running = {}): Promise<Ended> {
  const { pipelines = new Map(), onLine = () => undefined, ...context } = running;
  const out: string[] = [];
  const error: string[] = [];
  const into = (lines: string[]) => (line: string) => {
    lines.push(...line.split("\n"));
    onLine(line);
  };
  const code = await runProgram(argv, {
    terminal: { out: into(out), note: into(error), status: onLine },
    signal: new AbortController().signal,
    variables: {},
    clock: systemClock,
    random: Math.random,
    pipelines: async () => pipelines,
    runtimes: async () => [],
    confirm: null,
    ...context,
  });
  const json = argv.includes("--json") && code !== 2 ? out.map((line): unknown => JSON.parse(line)) : [];
  return { code, out, error, json };
}
