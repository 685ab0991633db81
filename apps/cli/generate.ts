import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { firstPipeline } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { withScaleTable } from "./src/capacity/scale-table.ts";
import { toJsonSchemas } from "./src/json-output.ts";

for (const [name, text] of toJsonSchemas())
  await writeFile(join(import.meta.dirname, "json-schema", name), text);
const scale = join(import.meta.dirname, "../../docs/scale.md");
await writeFile(scale, withScaleTable(await readFile(scale, "utf8"), firstPipeline(await loadPipelines())));
