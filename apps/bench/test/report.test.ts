import { describe, expect, it } from "vitest";
import { memoryTable } from "../src/memory/bench-memory.ts";
import { frontPlot } from "../src/report/front-plot.ts";
import { memoryPlot } from "../src/report/memory-plot.ts";
import { toTable } from "../src/report/table.ts";

it("a table has its names to the left and its figures to the right", () => {
  expect(
    toTable(
      ["what", "ms"],
      [
        ["a", "9"],
        ["longer", "1000"],
      ],
    ),
  ).toBe(["what      ms", "------  ----", "a          9", "longer  1000"].join("\n"));
});

it("the memory table tells the highest and the growth from the second quarter to the last", () => {
  const curve = [100, 100, 110, 110, 120, 150, 130, 130];
  expect(memoryTable({ "MALLOC_ARENA_MAX=2": curve })).toMatch(/MALLOC_ARENA_MAX=2 .* 150 +20\n/);
});

describe("a plot", () => {
  it("of memory draws a line for each setting", () => {
    const svg = memoryPlot({ "glibc as it is": [100, 150, 180], "MALLOC_ARENA_MAX=2": [100, 120, 121] });
    expect(svg).toMatch(/^<svg .*viewBox="0 0 760 440"/);
    expect(svg.match(/stroke-width="1.5"/g)).toHaveLength(2);
    expect(svg).not.toContain("NaN");
  });

  it("of the front names each encoder, in a colour for its family", () => {
    const at = { metric: "SSIM", width: 640 };
    const points = [
      { ...at, encoder: "WebP, effort 4", cpu: 1, bytes: 1 },
      { ...at, encoder: "JPEG", cpu: 0.1, bytes: 1.2 },
    ];
    const svg = frontPlot(points, at);
    expect(svg).toContain("<title>Encoders at 640 px, at equal SSIM</title>");
    expect(svg).toContain(">effort 4</text>");
    expect(svg).toContain(">baseline</text>");
    expect(svg).not.toContain("NaN");
  });
});
