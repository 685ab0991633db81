import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { firstPipeline } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { withScaleTable } from "./src/capacity/scale-table.ts";
import { costPage } from "./src/cost/cost-page.ts";
import { PHOTOGRAPHS_FILE, storedMeasurement } from "./src/cost/measurement.ts";
import { toJsonSchemas } from "./src/json-output.ts";

for (const [name, text] of toJsonSchemas())
  await writeFile(join(import.meta.dirname, "json-schema", name), text);

const pipeline = firstPipeline(await loadPipelines());
const page = costPage({
  pipeline,
  measurement: storedMeasurement(),
  photographs: storedMeasurement(PHOTOGRAPHS_FILE),
});
await writeFile(join(import.meta.dirname, "../../docs/cost.md"), page);
const scale = join(import.meta.dirname, "../../docs/scale.md");
await writeFile(scale, withScaleTable(await readFile(scale, "utf8"), pipeline));
