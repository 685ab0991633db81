import { Limits, Presets } from "@image-pipeline/schema/config";
import { Facts } from "@image-pipeline/schema/manifest";
import { avifOfTiles, jpegOfScans } from "@image-pipeline/testing/attacks";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { engineProcess, startChild } from "../src/index.ts";

/** Blurs of the whole picture, one after another. */
const blurs = "<feGaussianBlur stdDeviation='90'/>".repeat(5000);

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#336699" } });
const PRESETS = Presets.parse({ one: { width: 2048, formats: ["avif"] } });
/** Limits that let every attack through to the decoder: the process alone has to hold. */
const UNCOUNTED = {
  maxTotalPixels: 1e12,
  maxFramePixels: 1e9,
  maxScans: 1e6,
  maxParts: 1e9,
  maxDecodeMemoryBytes: 1e12,
  inputs: Facts.shape.format.options,
};
/** Time for a kill after the limit, on a machine that is busy with other work. */
const LATE_MILLISECONDS = 15_000;

describe("an attack that no count finds ends with its process:", () => {
  const engine = engineProcess(() => startChild());
  afterAll(engine.close);

  it.each([
    {
      name: "an AVIF whose grid refers 256 times to one item of 19 megapixels",
      make: () => avifOfTiles({ rows: 16, columns: 16 }, { width: 5000, height: 3800 }),
      limits: { maxRenderSeconds: 2, maxRenderMemoryBytes: 2 ** 31 },
      reason: "RENDER_TIMEOUT",
    },
    {
      name: "a progressive JPEG of 20,000 scans",
      make: () => jpegOfScans(20_000, { width: 4000, height: 3000 }),
      limits: { maxRenderSeconds: 2 },
      reason: "RENDER_TIMEOUT",
    },
    {
      name: "a WebP of a few bytes that takes more memory than is allowed",
      make: () => plain(2048, 16_383).webp({ lossless: true, effort: 0 }).toBuffer(),
      limits: { maxRenderSeconds: 60, maxRenderMemoryBytes: 160 * 2 ** 20 },
      reason: "TOO_MANY_PIXELS",
    },
    {
      name: "an SVG whose filter blurs it 5,000 times",
      make: async () =>
        Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><filter id="f">${blurs}</filter><rect width="9" height="9" filter="url(#f)"/></svg>`,
        ),
      limits: { maxRenderSeconds: 2, maxFramePixels: 9_000_000 },
      reason: "RENDER_TIMEOUT",
    },
  ])("$name", async ({ make, limits, reason }) => {
    const source = await make();
    const recipe = { presets: PRESETS, limits: Limits.parse({ ...UNCOUNTED, ...limits }) };
    const start = performance.now();
    await expect(engine.render(source, recipe, () => {})).rejects.toMatchObject({ reason });
    expect(performance.now() - start).toBeLessThan(1000 * limits.maxRenderSeconds + LATE_MILLISECONDS);
    const honest = await plain(64, 48).jpeg().toBuffer();
    const facts = await engine.render(honest, { presets: PRESETS, limits: Limits.parse({}) }, () => {});
    expect(facts).toMatchObject({ width: 64 });
  });
});
