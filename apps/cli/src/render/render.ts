import { mkdir } from "node:fs/promises";
import { basename, extname } from "node:path";
import { ImageRejection } from "@image-pipeline/imaging";
import { type Recipe, type RenderSettings, recipeOf } from "@image-pipeline/schema/config";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { environmentOf } from "../connection/connect.ts";
import type { Context } from "../program/context.ts";
import { didYouMean } from "../program/did-you-mean.ts";
import { DONE, FOUND_OR_FAILED, INTERRUPTED } from "../program/exit-codes.ts";
import { toTable } from "../terminal/table.ts";
import { toSize } from "../terminal/units.ts";
import { contactSheet } from "./contact-sheet.ts";
import { type RenderedFile, renderFile } from "./render-file.ts";
import { writeBelow } from "./write-below.ts";

const SHEET = "index.html";

export interface RenderOptions {
  out: string;
  preset?: string | undefined;
  /** The key of an upload, whose presets are used. */
  key?: string | undefined;
  /** The metadata `focus` of the files. */
  focus?: string | undefined;
  /** The environment whose presets are used; the first one when undefined. */
  environment?: string | undefined;
  sheet?: boolean | undefined;
  json?: boolean | undefined;
}

/**
 * Renders files one after another.
 *
 * @returns the exit code: 1 when any of them was rejected
 * @throws {UserFault} for an unknown preset, or a file that cannot be read
 */
export async function render(
  files: readonly string[],
  options: RenderOptions,
  { terminal, pipelines, signal }: Context,
): Promise<number> {
  const { out, preset, key, focus, environment, sheet = false, json = false } = options;
  const chosen = choosePreset(toRecipe(settingsOf(await pipelines(), environment), key), preset);
  const recipe = { ...chosen, focus };
  await mkdir(out, { recursive: true });
  const folders = folderNames(files);
  const rendered: RenderedFile[] = [];
  for (const [index, file] of files.entries()) {
    if (signal.aborted) return INTERRUPTED;
    try {
      const outcome = await renderFile(file, { out, folder: folders[index] ?? String(index), recipe });
      rendered.push(outcome);
      if (json) terminal.json({ file, ...outcome });
      else terminal.out(renditionTable(outcome));
    } catch (error) {
      if (!(error instanceof ImageRejection)) throw error;
      const { reason, message: text } = error;
      if (json) terminal.json({ file, reason, text });
      else terminal.note(`${file}: ${reason}: ${text}`);
    }
  }
  if (sheet) await writeBelow(out, SHEET, contactSheet(rendered));
  return rendered.length === files.length ? DONE : FOUND_OR_FAILED;
}

type Pipelines = Awaited<ReturnType<Context["pipelines"]>>;

function settingsOf(pipelines: Pipelines, environment: string | undefined): RenderSettings {
  if (environment !== undefined) return environmentOf(pipelines, environment);
  const [first] = pipelines.values();
  if (first) return first;
  throw new UserFault("pipeline.config.ts names no environment: it needs at least one");
}

function toRecipe(settings: RenderSettings, key: string | undefined): Recipe {
  return key === undefined ? settings : recipeOf(key, settings);
}

/** A name that leads out of its folder or names it, such as that of `...jpg` without its extension. */
const NOT_A_FOLDER = /^\.*$/;

/** A folder for each file: its name without the extension, numbered if that is taken. */
function folderNames(files: readonly string[]): string[] {
  // The page of --sheet has this name already.
  const taken = new Map([[SHEET, 1]]);
  return files.map((file) => {
    const name = basename(file);
    const withoutExtension = basename(file, extname(file));
    const stem = NOT_A_FOLDER.test(withoutExtension) ? `_${name}` : withoutExtension;
    const count = (taken.get(stem) ?? 0) + 1;
    taken.set(stem, count);
    return count === 1 ? stem : `${stem}-${count}`;
  });
}

/**
 * The recipe with one preset alone, or as it is.
 *
 * @throws {UserFault} naming the presets there are
 */
function choosePreset({ presets, limits }: Recipe, name: string | undefined): Recipe {
  if (name === undefined) return { presets, limits };
  const preset = presets[name];
  if (preset) return { presets: { [name]: preset }, limits };
  throw new UserFault(
    `there is no preset "${name}" in pipeline.config.ts: ${didYouMean(name, Object.keys(presets))}`,
    USAGE,
  );
}

const HEAD = ["preset", "format", "pixels", "frames", "size", "of source", "time"];
const NUMBERS = [3, 4, 5, 6];

/** A file's renditions as text, with aligned columns. */
export function renditionTable({ name, bytes, facts, renditions }: RenderedFile): string[] {
  const rows = renditions.map((one) => [
    one.preset,
    one.format,
    `${one.width} x ${one.height}`,
    String(one.pages),
    toSize(one.bytes),
    `${((100 * one.bytes) / bytes).toFixed(one.bytes < bytes / 10 ? 1 : 0)} %`,
    `${one.milliseconds.toFixed(0)} ms`,
  ]);
  const lines = toTable([HEAD, ...rows], NUMBERS).map((line) => `  ${line}`);
  return [`${name}: ${facts.format}, ${facts.width} x ${facts.height}, ${toSize(bytes)}`, ...lines, ""];
}
