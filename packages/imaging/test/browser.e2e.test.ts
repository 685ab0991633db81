import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RUNS_IN_CHROMIUM, sayIfSkipped } from "@image-pipeline/testing/chromium";
import { beforeAll, describe, expect, it } from "vitest";
import { rowsWithoutDistances } from "./browser/colour-page.ts";
import { type Compared, compareWithChromium, EXCEPTIONS, shareThatAgrees } from "./browser/comparison.ts";

const PAGE = join(import.meta.dirname, "../../../docs/colour.md");
const LEAST_SHARE = 0.98;

sayIfSkipped("colours in a browser");

describe.skipIf(!RUNS_IN_CHROMIUM)("the colours of generated files", () => {
  let compared: Compared[] = [];
  beforeAll(async () => {
    compared = await compareWithChromium();
    process.stdout.write(
      `colours in a browser: ${(100 * shareThatAgrees(compared)).toFixed(1)} % of ${compared.length} files agree\n`,
    );
  });

  it("are compared for at least 300 files, each with another name", () => {
    expect(new Set(compared.map(({ name }) => name)).size).toBe(compared.length);
    expect(compared.length).toBeGreaterThanOrEqual(300);
  });

  it("agree with Chromium's for 98 % of them", () => {
    expect(shareThatAgrees(compared)).toBeGreaterThanOrEqual(LEAST_SHARE);
  });

  it("differ for no other files than the named exceptions", () => {
    const differing = compared.filter(({ agrees, name }) => !agrees && EXCEPTIONS[name] === undefined);
    expect(differing).toEqual([]);
  });

  it("are in docs/colour.md by kind", () => {
    const page = readFileSync(PAGE, "utf8");
    for (const row of rowsWithoutDistances(compared)) expect(page).toContain(row);
  });
});
