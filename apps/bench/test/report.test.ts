import { expect, it } from "vitest";
import { memoryTable } from "../src/memory/bench-memory.ts";
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
