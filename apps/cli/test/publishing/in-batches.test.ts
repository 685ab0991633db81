import { collect, streamOf } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { inBatches } from "../../src/publishing/in-batches.ts";

describe("inBatches", () => {
  const isEven = (number: number) => number % 2 === 0;
  test.each([
    ["is full with enough that counts", { size: 2, longest: 9 }, [[0, 1, 2], [3, 4, 5, 6], [7]]],
    [
      "is full when it is long",
      { size: 9, longest: 3 },
      [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7],
      ],
    ],
  ])("a batch %s", async (_name, bounds, batches) => {
    const found = await collect(inBatches(streamOf(Array(8).keys()), { ...bounds, counts: isEven }));
    expect(found).toEqual(batches);
  });
});
