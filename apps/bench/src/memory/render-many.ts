import { readFileSync } from "node:fs";
import { renderImage } from "@image-pipeline/imaging";
import type { Limits, Presets } from "@image-pipeline/schema/config";

/** Renders pictures one after another and tells its parent the resident memory after each, in bytes. */
interface Order {
  paths: string[];
  pictures: number;
  recipe: { presets: Presets; limits: Limits };
}

const order: Order = JSON.parse(process.argv[2] ?? "");
const sources = order.paths.map((path) => readFileSync(path));
for (let index = 0; index < order.pictures; index++) {
  const source = sources[index % sources.length];
  if (source) await renderImage(source, order.recipe, () => {});
  process.send?.(process.memoryUsage.rss());
}
process.disconnect();
