import { mkdir, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { ImageRejection } from "@image-pipeline/imaging";
import type { Recipe } from "@image-pipeline/schema/config";
import { choosePreset } from "./choose-presets.ts";
import { contactSheet } from "./contact-sheet.ts";
import type { Options } from "./options.ts";
import { type RenderedFile, renderFile } from "./render-file.ts";
import { renditionTable } from "./rendition-table.ts";

/** What the run says, and to whom. */
export interface Output {
  print(text: string): void;
  complain(text: string): void;
}

/**
 * Renders the files one after another.
 *
 * @returns the exit code: 1 when any of them was rejected
 * @throws {UserFault}
 */
export async function run(
  { files, out, preset, sheet }: Options,
  config: Recipe,
  output: Output,
): Promise<number> {
  const recipe = choosePreset(config, preset);
  await mkdir(out, { recursive: true });
  const folders = folderNames(files);
  const rendered: RenderedFile[] = [];
  for (const [index, file] of files.entries()) {
    try {
      const outcome = await renderFile(file, { out, folder: folders[index] ?? String(index), recipe });
      rendered.push(outcome);
      output.print(renditionTable(outcome));
    } catch (error) {
      if (!(error instanceof ImageRejection)) throw error;
      output.complain(`${file}: ${error.reason}: ${error.message}`);
    }
  }
  if (sheet) await writeFile(join(out, "index.html"), contactSheet(rendered));
  return rendered.length === files.length ? 0 : 1;
}

/** A folder for each file: its name without the extension, numbered where that is taken. */
function folderNames(files: readonly string[]): string[] {
  const taken = new Map<string, number>();
  return files.map((file) => {
    const stem = basename(file, extname(file));
    const count = (taken.get(stem) ?? 0) + 1;
    taken.set(stem, count);
    return count === 1 ? stem : `${stem}-${count}`;
  });
}
