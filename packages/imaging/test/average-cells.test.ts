import { describe, expect, it } from "vitest";
import { averageCells } from "../src/average-cells.ts";

const RED = [255, 0, 0];
const BLUE = [0, 0, 255];

function row(...colours: readonly (readonly number[])[]) {
  const channels = colours[0]?.length === 4 ? (4 as const) : (3 as const);
  return { data: Buffer.from(colours.flat()), width: colours.length, height: 1, channels };
}

const cellsOf = (pixels: ReturnType<typeof row>, width: number) => {
  const rgba = [...averageCells(pixels, { width, height: 1 })];
  return Array.from({ length: width }, (_, cell) => rgba.slice(4 * cell, 4 * cell + 4));
};

describe("the mean colours of a grid's cells", () => {
  it("come from the pixels of each cell, and are opaque for a picture without alpha", () => {
    expect(cellsOf(row(RED, BLUE, BLUE, BLUE), 2)).toEqual([
      [128, 0, 128, 255],
      [0, 0, 255, 255],
    ]);
  });

  it("are mirrored with the picture, even if its pixels do not divide evenly", () => {
    const colours = [RED, BLUE, RED, RED, BLUE];
    expect(cellsOf(row(...colours), 3)).toEqual(cellsOf(row(...colours.toReversed()), 3).toReversed());
  });

  it("are weighted by alpha, so that invisible pixels have no effect", () => {
    expect(cellsOf(row([...RED, 0], [...BLUE, 255], [...RED, 0], [...BLUE, 0]), 2)).toEqual([
      [0, 0, 255, 128],
      [0, 0, 0, 0],
    ]);
  });

  it("repeat pixels if there are more cells than pixels", () => {
    expect(cellsOf(row(RED, BLUE), 4).map(([red]) => red)).toEqual([255, 255, 0, 0]);
  });
});
