import { readFileSync } from "node:fs";
import { join } from "node:path";
import { definePipeline, firstPipeline } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { describe, expect, it } from "vitest";
import { storedLocalRuntime } from "../../src/bench/local-runtime.ts";
import { dayLoads } from "../../src/capacity/day-loads.ts";
import { CapacityReport } from "../../src/capacity/json.ts";
import { withScale } from "../../src/capacity/scale-page.ts";
import { scalePlots } from "../../src/capacity/scale-plots.ts";
import { run } from "../run.ts";

const pipelines = definePipeline({
  presets: { thumb: { width: 160, formats: ["avif"] }, large: { width: 1280, formats: ["avif", "jpeg"] } },
  environments: {
    dev: {},
    prod: { worker: { maximumConcurrency: 1000 }, analysis: { enabled: true, maximumConcurrency: 100 } },
  },
});
const capacity = async (...argv: string[]) => {
  const { code, json } = await run(["capacity", "--json", ...argv], { pipelines });
  return { code, report: CapacityReport.parse(json[0]) };
};

it("docs/scale.md and its plots are those of the shipped settings (run: npm run generate)", async () => {
  const docs = join(import.meta.dirname, "../../../../docs");
  const pipeline = firstPipeline(await loadPipelines());
  const loads = dayLoads(pipeline);
  const page = readFileSync(join(docs, "scale.md"), "utf8");
  expect(page).toBe(withScale(page, { pipeline, loads, localRuntime: storedLocalRuntime() }));
  for (const [name, svg] of Object.entries(scalePlots(pipeline, loads))) {
    expect(readFileSync(join(docs, "scale", name), "utf8"), name).toBe(svg);
    expect(page).toContain(`(scale/${name})`);
  }
});

describe("npx pipeline capacity", () => {
  it("says how long images take, and ends with 0, for a load that is sustained", async () => {
    const { code, out } = await run(["capacity", "--images-per-hour", "2000"], { pipelines });
    expect(code).toBe(0);
    expect(out.join("\n")).toMatch(/^dwell: half of the images within \d+s, 99 % within \d+s$/m);
    expect(out.join("\n")).toMatch(/^price: \d+\.\d\d USD an hour$/m);
  });

  it("names the limit that is reached, with the value to set, and ends with 1", async () => {
    const { code, report } = await capacity("--images-per-hour", "1000000");
    expect(code).toBe(1);
    expect(report.isSustainable).toBe(false);
    expect(report.limits[0]).toMatchObject({ limit: "worker.maximumConcurrency", isReached: true });
    const needed = Number(/maximumConcurrency to (\d+)/.exec(report.limits[0]?.remedy ?? "")?.[1]);
    const seconds = report.assumed.workerMilliseconds / 1000;
    expect(needed).toBeGreaterThan((1_000_000 / 3600) * seconds);
    expect(needed).toBeLessThan((1_000_000 / 3600) * seconds * 1.3);
    expect(report.drainedAfterSeconds).toBeGreaterThan(2 * 3600);
  });

  it("sorts the limits by the load that reaches them, and calls every one reached that is below the load", async () => {
    const { report } = await capacity("--images-per-hour", "400000", "--environment", "prod");
    const rates = report.limits.map(({ imagesPerHour }) => imagesPerHour);
    expect(rates).toEqual(rates.toSorted((a, b) => a - b));
    for (const { imagesPerHour, isReached } of report.limits) expect(isReached).toBe(imagesPerHour < 400_000);
    expect(report.limits.map(({ limit }) => limit)).toContain("Rekognition, calls per second");
  });

  it("counts a burst from its upload on, and lets a new account's ten executions delay it", async () => {
    const usual = await capacity("--burst", "500", "--environment", "prod", "--images-per-hour", "0");
    const small = await capacity("--burst", "500", "--images-per-hour", "0", "--account-concurrency", "2");
    expect(small.report.dwellSeconds.p99).toBeGreaterThan(usual.report.dwellSeconds.p50);
    expect(Math.max(...Object.values(small.report.executions))).toBe(2);
  });

  it.each([
    [["--images-per-hour", "-1"], "--images-per-hour must be a whole number from 0 to 100000000"],
    [["--images-per-hour", "0"], "nothing is uploaded: give --images-per-hour or --burst"],
    [["--burst", "many"], "--burst must be a whole number"],
    [["--account-concurrency", "0"], "--account-concurrency must be a whole number from 1"],
  ])("refuses %s in one line", async (argv, line) => {
    const { code, error } = await run(["capacity", ...argv], { pipelines });
    expect(code).toBe(2);
    expect(error).toEqual([expect.stringContaining(line)]);
  });

  it("refuses an environment that the config does not have", async () => {
    const { code, error } = await run(["capacity", "--environment", "prd"], { pipelines });
    expect(code).not.toBe(0);
    expect(error.join()).toContain('unknown environment "prd"');
  });
});
