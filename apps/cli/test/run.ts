import { type Clock, systemClock } from "@image-pipeline/local/clock";
import type { Pipeline } from "@image-pipeline/schema/config";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";
import * as z from "zod";
import { JSON_OUTPUTS } from "../src/json-output.ts";
import type { Context } from "../src/program/context.ts";
import { runProgram } from "../src/run-program.ts";
import { terminalOn } from "../src/terminal/terminal.ts";

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
  const into = (lines: string[]) => ({
    write(text: string) {
      lines.push(...text.replace(/\n$/, "").split("\n"));
      onLine(text.trimEnd());
    },
  });
  const code = await runProgram(argv, {
    terminal: { ...terminalOn({ stdout: into(out), stderr: into(error) }), status: onLine },
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
  for (const line of json) expectPublished(argv, line);
  return { code, out, error, json };
}

const validators = new Map(
  Object.entries(JSON_OUTPUTS).map(([name, shape]) => [
    name,
    // As an output it allows no further fields: a field that is not published fails the test.
    new Ajv2020({ strict: false, validateFormats: false }).compile(z.toJSONSchema(shape, { io: "output" })),
  ]),
);

/** Compares every line that a test sees with its published shape. */
export function expectPublished([command = "", subcommand]: readonly string[], line: unknown): void {
  const isNamed = subcommand !== undefined && !subcommand.startsWith("-");
  const own = command === "budget" ? "budget-status" : command;
  const name = ["dlq", "budget"].includes(command) && isNamed ? `${command}-${subcommand}` : own;
  const validate = validators.get(name);
  const isValid = validate?.(line) ?? false;
  expect({ name, isValid, errors: validate?.errors ?? [] }).toEqual({ name, isValid: true, errors: [] });
}
