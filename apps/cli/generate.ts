import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { firstPipeline } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { storedLocalRuntime } from "./src/bench/local-runtime.ts";
import { dayLoads } from "./src/capacity/day-loads.ts";
import { withScale } from "./src/capacity/scale-page.ts";
import { scalePlots } from "./src/capacity/scale-plots.ts";
import { costPage } from "./src/cost/cost-page.ts";
import { HEIC_FILE, PHOTOGRAPHS_FILE, storedMeasurement } from "./src/cost/measurement.ts";
import { toJsonSchemas } from "./src/json-output.ts";

for (const [name, text] of toJsonSchemas())
  await writeFile(join(import.meta.dirname, "json-schema", name), text);

const pipeline = firstPipeline(await loadPipelines());
const page = costPage({
  pipeline,
  measurement: storedMeasurement(),
  photographs: storedMeasurement(PHOTOGRAPHS_FILE),
  heic: storedMeasurement(HEIC_FILE),
});
await writeFile(join(import.meta.dirname, "../../docs/cost.md"), page);
const docs = join(import.meta.dirname, "../../docs");
const loads = dayLoads(pipeline);
const scale = join(docs, "scale.md");
await writeFile(
  scale,
  withScale(await readFile(scale, "utf8"), { pipeline, loads, localRuntime: storedLocalRuntime() }),
);
await mkdir(join(docs, "scale"), { recursive: true });
for (const [name, svg] of Object.entries(scalePlots(pipeline, loads)))
  await writeFile(join(docs, "scale", name), svg);
