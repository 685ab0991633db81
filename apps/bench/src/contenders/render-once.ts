import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderImage } from "@image-pipeline/imaging";
import type { Limits, Presets } from "@image-pipeline/schema/config";

/** One picture in a process of its own, as a program would do it: `node render-once.ts FILE FOLDER RECIPE`. */
const [, , file = "", folder = "", json = ""] = process.argv;
const recipe: { presets: Presets; limits: Limits } = JSON.parse(json);
const writes: Promise<void>[] = [];
await renderImage(readFileSync(file), recipe, ({ preset, extension, data }) => {
  writes.push(writeFile(join(folder, `${preset}.${extension}`), data));
});
await Promise.all(writes);
