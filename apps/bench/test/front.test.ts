import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { benchFront, frontTable } from "../src/front/bench-front.ts";
import { BASE } from "../src/front/encoders.ts";
import { atScore } from "../src/front/interpolate.ts";

describe("atScore", () => {
  const curve = [
    { bytes: 100, score: 10, milliseconds: 1 },
    { bytes: 10_000, score: 30, milliseconds: 3 },
    { bytes: 1000, score: 20, milliseconds: 2 },
  ];

  it("gives an encode itself at its own score", () => {
    expect(atScore(curve, 20)).toEqual({ bytes: expect.closeTo(1000, 6), milliseconds: 2 });
  });

  it("reads bytes between two encodes on a logarithmic scale, and beyond the last goes on", () => {
    expect(atScore(curve, 25).bytes).toBeCloseTo(1000 * 10 ** 0.5, 6);
    expect(atScore(curve, 40).bytes).toBeCloseTo(100_000, 3);
    expect(atScore(curve, 0).bytes).toBeCloseTo(10, 6);
  });
});

describe("the front", () => {
  it("has a point for each encoder and width, the base's own at 1", async () => {
    const picture = sharp({
      create: {
        width: 96,
        height: 64,
        channels: 3,
        background: "#808080",
        noise: { type: "gaussian", mean: 128, sigma: 30 },
      },
    });
    const data = await picture.png().toBuffer();
    const points = await benchFront([{ name: "noise", path: "", data }], 1);
    const base = points.filter(({ encoder, metric }) => encoder === BASE && metric === "SSIM");
    expect(base).toHaveLength(4);
    for (const { cpu, bytes } of base)
      expect([cpu, bytes]).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
    expect(frontTable(points)).toContain("AVIF, effort 0, 4:4:4");
  });
});
