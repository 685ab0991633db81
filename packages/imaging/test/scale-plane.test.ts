import { randoms } from "@image-pipeline/testing";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { scalePlane } from "../src/heic/scale-plane.ts";
import { timeBudget } from "../src/time-budget.ts";

type Sides = readonly [width: number, height: number];

describe("a plane of a HEIC picture", () => {
  it.each<[string, Sides, Sides]>([
    ["reduced to half", [300, 201], [150, 100]],
    ["reduced to lines that are no multiple of three", [300, 201], [200, 133]],
    ["reduced to one line", [300, 201], [200, 1]],
    ["reduced across only", [300, 201], [100, 201]],
    ["reduced to a tenth", [300, 201], [30, 20]],
    ["enlarged", [60, 40], [90, 60]],
  ])("%s has the samples that sharp makes of one channel", async (_change, [width, height], to) => {
    const random = randoms(1);
    const samples = Uint8Array.from({ length: width * height }, () => 256 * random());
    const size = { width: to[0], height: to[1] };
    const scaled = await scalePlane({ width, height, samples }, size, timeBudget(60, performance));
    const expected = await sharp(samples, { raw: { width, height, channels: 1 } })
      .resize({ ...size, fit: "fill" })
      .toColourspace("b-w")
      .raw()
      .toBuffer();
    expect(scaled).toMatchObject(size);
    expect(Buffer.from(scaled.samples).equals(expected)).toBe(true);
  });
});
