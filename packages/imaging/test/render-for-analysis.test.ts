import { randomBytes } from "node:crypto";
import { Limits } from "@image-pipeline/schema/config";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { renderForAnalysis } from "../src/index.ts";
import { flat, flatFrames, scene } from "./pictures/scene.ts";

const LIMITS = Limits.parse({});
const MAX_BYTES = 5_000_000;

async function derive(source: Sharp) {
  const { data } = await renderForAnalysis(await source.toBuffer(), LIMITS);
  const { format, width = 0, height = 0 } = await sharp(data).metadata();
  return { data, format, width, height };
}

describe("the derivative for Rekognition is a JPEG within its bounds", () => {
  it.each([
    ["usual", { width: 1200, height: 800 }, { width: 1200, height: 800 }],
    ["big", { width: 8000, height: 6000 }, { width: 1600, height: 1200 }],
    ["tiny", { width: 10, height: 20 }, { width: 80, height: 160 }],
    ["one pixel", { width: 1, height: 1 }, { width: 80, height: 80 }],
    ["a line", { width: 1, height: 10_000 }, { width: 80, height: 1600 }],
    ["a wide line", { width: 30_000, height: 3 }, { width: 1600, height: 80 }],
    ["low, but high enough once enlarged", { width: 400, height: 40 }, { width: 800, height: 80 }],
  ])("for a picture that is %s", async (_name, size, expected) => {
    const { data, ...facts } = await derive(flat(size).png());
    expect(facts).toEqual({ format: "jpeg", ...expected });
    expect(data.byteLength).toBeLessThan(MAX_BYTES);
  });

  it.each(["webp", "avif", "gif", "tiff", "png", "jpeg"] as const)("of a %s", async (format) => {
    const facts = await derive(scene(300, 200).toFormat(format));
    expect(facts).toMatchObject({ format: "jpeg", width: 300, height: 200 });
  });

  it("for a picture of noise, which no JPEG makes small", async () => {
    const size = { width: 1700, height: 1700 };
    const noise = sharp(randomBytes(size.width * size.height * 3), { raw: { ...size, channels: 3 } });
    expect((await derive(noise.png())).data.byteLength).toBeLessThan(MAX_BYTES);
  });

  it("for the first frame of an animation", async () => {
    const frames = [
      [250, 0, 0],
      [0, 250, 0],
    ];
    const { data } = await derive(flatFrames(frames, { width: 100, height: 100 }).gif());
    const { channels } = await sharp(data).stats();
    expect(channels.map(({ mean }) => Math.round(mean / 50))).toEqual([5, 0, 0]);
  });
});

it("rejects a picture for analysis with the same reason as for rendering", async () => {
  await expect(renderForAnalysis(Buffer.from("%PDF-1.7"), LIMITS)).rejects.toMatchObject({
    reason: "UNSUPPORTED_FORMAT",
  });
});
