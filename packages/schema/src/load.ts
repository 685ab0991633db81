import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import { ConfigError, toSuggestion } from "./config/config-error.ts";
import { withFileHashes } from "./config/config-files.ts";
import type { Pipeline } from "./config/pipeline-config.ts";

export { type ConfigFile, fileHash, filesOf } from "./config/config-files.ts";

const NAME = "pipeline.config.ts";
const ConfigModule = z.object({
  default: z.custom<ReadonlyMap<string, Pipeline>>((value) => value instanceof Map),
});

/**
 * Loads `pipeline.config.ts` from the root of this repository, in any current folder.
 *
 * @param file another config file, for tests
 * @returns the settings of each environment by its name
 * @throws {ConfigError} with one line per error of the settings, or one line with the place of an error in the code
 */
export async function loadPipelines(file = findConfig()): Promise<ReadonlyMap<string, Pipeline>> {
  const loaded: unknown = await import(pathToFileURL(file).href).catch(async (error: unknown) => {
    throw error instanceof ConfigError ? error : toCodeError(error, file, await readFile(file, "utf8"));
  });
  const config = ConfigModule.safeParse(loaded);
  if (config.success) return withFileHashes(config.data.default, dirname(file));
  throw new ConfigError(`${NAME}: must have "export default definePipeline({ … })"`);
}

/** Returns the folder of the config. */
export function configFolder(): string {
  return dirname(findConfig());
}

/** Finds the config in the folders above this package: the package is part of the repository that the config belongs to. */
function findConfig(folder = import.meta.dirname): string {
  const file = join(folder, NAME);
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  if (parent === folder) throw new ConfigError(`${NAME} is missing from the root of the repository`);
  return findConfig(parent);
}

interface Place {
  line: number;
  column: number;
}

/** Returns the error of a config that is not valid as code: one line with the place, and without a stack. */
function toCodeError(error: unknown, file: string, source: string): ConfigError {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const [, name = undefined] =
    /^(\S+) is not defined$/.exec(message) ?? /^Cannot find \w+ '([^']+)'/.exec(message) ?? [];
  const place = placeOfCaret(stack) ?? (name && placeOfText(name, source)) ?? placeOfFrame(stack, file);
  const at = place ? `:${place.line}:${place.column}` : "";
  const [text = ""] = message.split(/ imported from |\n/);
  const words = [...new Set(source.match(/[\w$]+/g))].filter((word) => word !== name);
  const isUndefined = message.endsWith("is not defined");
  const suggestion = isUndefined && name !== undefined ? toSuggestion(name, words) : "";
  return new ConfigError(`${NAME}${at}: ${text}${suggestion}`);
}

/** Reads the place of a syntax error: Node.js puts the line and a caret below the column before the stack. */
function placeOfCaret(stack: string): Place | undefined {
  const found = /^[^\n]*:(\d+)\n(?:[^\n]*\n){1,5}?( *)\^+\n/.exec(stack);
  return found ? { line: Number(found[1]), column: (found[2] ?? "").length + 1 } : undefined;
}

/** Finds a name in the source: for an unknown name V8 reports the start of the file. */
function placeOfText(text: string, source: string): Place | undefined {
  const lines = source.split("\n");
  const line = lines.findIndex((one) => one.includes(text));
  return line < 0 ? undefined : { line: line + 1, column: (lines[line] ?? "").indexOf(text) + 1 };
}

/** Reads the place from the first frame of the stack that is in the config. */
function placeOfFrame(stack: string, file: string): Place | undefined {
  const frame = stack.split("\n").find((line) => line.includes(pathToFileURL(file).href));
  const [, line, column] = /:(\d+):(\d+)\)?$/.exec(frame ?? "") ?? [];
  return line && column ? { line: Number(line), column: Number(column) } : undefined;
}
