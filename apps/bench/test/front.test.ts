import sharp from "sharp";
import { describe, expect, it, vi } from "vitest";
import { benchFront, frontTable } from "../src/encoders/bench-front.ts";
import { BASE } from "../src/encoders/encoders.ts";
import { atScore } from "../src/encoders/interpolate.ts";
import { ssimulacra2 } from "../src/encoders/ssimulacra2.ts";

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

describe("SSIMULACRA2", () => {
  it("is 100 for the same picture, falls with the quality, and says nothing on the console", async () => {
    const said = vi.spyOn(console, "log");
    const size = { width: 96, height: 64 };
    const noise = { type: "gaussian", mean: 128, sigma: 20 } as const;
    const picture = sharp({ create: { ...size, channels: 3, background: "#808080", noise } }).blur(2);
    const original = { ...size, data: await picture.raw().toBuffer() };
    const scores = [100];
    for (const quality of [95, 60, 10]) {
      const file = await sharp(original.data, { raw: { ...size, channels: 3 } })
        .jpeg({ quality })
        .toBuffer();
      scores.push(ssimulacra2(original, { ...size, data: await sharp(file).raw().toBuffer() }));
    }
    expect(ssimulacra2(original, original)).toBeCloseTo(100, 6);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(said).not.toHaveBeenCalled();
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
    const base = points.filter(({ encoder }) => encoder === BASE);
    expect(base.map(({ metric, width }) => `${metric} ${width}`)).toEqual([
      ...["SSIM 320", "SSIMULACRA2 320", "SSIM 640", "SSIMULACRA2 640"],
      ...["SSIM 1280", "SSIMULACRA2 1280", "SSIM 2048"],
    ]);
    for (const { cpu, bytes } of base)
      expect([cpu, bytes]).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
    expect(frontTable(points)).toContain("AVIF, effort 0, 4:4:4");
  });
});
