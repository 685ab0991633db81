import { readFileSync } from "node:fs";
import { join } from "node:path";
import { firstPipeline } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { expect, test } from "vitest";
import { costPage } from "../../src/cost/cost-page.ts";
import { estimateCost } from "../../src/cost/estimate-cost.ts";
import { FIELD_PRICES } from "../../src/cost/field-prices.ts";
import {
  fileOfPhotographs,
  HEIC_FILE,
  PHOTOGRAPHS_FILE,
  storedMeasurement,
} from "../../src/cost/measurement.ts";

const pipeline = firstPipeline(await loadPipelines());
const measurement = storedMeasurement();

test("docs/cost.md is that of the config, the prices and the measurements (run: npm run generate)", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/cost.md"), "utf8");
  expect(page).toBe(
    costPage({
      pipeline,
      measurement,
      photographs: storedMeasurement(PHOTOGRAPHS_FILE),
      heic: storedMeasurement(HEIC_FILE),
    }),
  );
});

test("a million images with the shipped presets cost at most 50 USD, and no whole price of the field is lower", () => {
  const { perMillion, work } = estimateCost(pipeline, { measurement });
  expect(work.isMeasured).toBe(true);
  expect(perMillion.usd).toBeLessThanOrEqual(50);
  for (const { perMillionFiles, isWhole } of FIELD_PRICES)
    if (isWhole && perMillionFiles)
      expect(perMillionFiles[0] * work.renditions).toBeGreaterThan(perMillion.usd);
});

test("a measurement of HEIC alone is kept apart from those of other photographs", () => {
  const files = [HEIC_FILE, PHOTOGRAPHS_FILE];
  expect(files.map((file) => fileOfPhotographs(storedMeasurement(file)))).toEqual(files);
});
