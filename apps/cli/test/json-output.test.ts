import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { systemClock } from "@image-pipeline/local/clock";
import { expect, test } from "vitest";
import { JSON_OUTPUTS, toJsonSchemas } from "../src/json-output.ts";
import { newProgram } from "../src/run-program.ts";

const FOLDER = join(import.meta.dirname, "../json-schema");

const program = newProgram({
  terminal: { out: () => {}, json: () => {}, note: () => {}, status: () => {} },
  signal: new AbortController().signal,
  variables: {},
  clock: systemClock,
  random: Math.random,
  pipelines: async () => new Map(),
  runtimes: async () => [],
  confirm: null,
  end: () => {},
});

/** Every command and subcommand that does something, by the name of its shape. */
function runnable(command: CommandUnknownOpts, path: readonly string[]): [string, CommandUnknownOpts][] {
  if (command.commands.length === 0) return [[path.join("-"), command]];
  return command.commands.flatMap((child) => runnable(child, [...path, child.name()]));
}
const COMMANDS = runnable(program, []);

test("the published JSON Schemas are those of the code (run: npm run generate)", () => {
  const published = new Map(
    readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), "utf8")]),
  );
  expect(published).toEqual(toJsonSchemas());
});

test.each(COMMANDS)("%s has --json and a published shape for it", (name, command) => {
  expect(command.options.map(({ long }) => long)).toContain("--json");
  expect(Object.keys(JSON_OUTPUTS)).toContain(name);
});

test("no shape is published for a command that does not exist", () => {
  const names = ["dlq", ...COMMANDS.map(([name]) => name)];
  expect(Object.keys(JSON_OUTPUTS).sort()).toEqual(names.sort());
});
