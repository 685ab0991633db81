import { Facts } from "@image-pipeline/schema/manifest";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { sniffFormat } from "../src/sniff-format.ts";
import { toMultiPicture, toYcck } from "./pictures/jpeg-segments.ts";
import { toAnimatedPng } from "./pictures/png-chunks.ts";
import { colourDistance, readPixels } from "./pictures/read-pixels.ts";
import { flatFrames, scene } from "./pictures/scene.ts";
import { render } from "./render.ts";

const SIZE = { width: 120, height: 80 };
const OPAQUE = () => scene(SIZE.width, SIZE.height);
const CLEAR = () => scene(SIZE.width, SIZE.height, { alpha: true });

/** Every kind of accepted file, with the largest mean distance of its pixels from the scene, in levels of 255. */
const INPUTS: Record<string, { make: () => Promise<Buffer>; tolerance?: number }> = {
  "baseline JPEG": {
    make: () => OPAQUE().jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer(),
    tolerance: 2,
  },
  "progressive JPEG": {
    make: () => OPAQUE().jpeg({ quality: 100, progressive: true }).toBuffer(),
    tolerance: 8,
  },
  "multi-picture JPEG": {
    make: async () =>
      toMultiPicture(
        await OPAQUE().jpeg({ quality: 100 }).toBuffer(),
        await OPAQUE().negate().jpeg().toBuffer(),
      ),
    tolerance: 8,
  },
  "true-colour PNG": { make: () => OPAQUE().png().toBuffer() },
  "interlaced PNG": { make: () => OPAQUE().png({ progressive: true }).toBuffer() },
  "palette PNG": { make: () => OPAQUE().png({ palette: true, dither: 0 }).toBuffer(), tolerance: 8 },
  "16-bit PNG": { make: () => OPAQUE().toColourspace("rgb16").png().toBuffer(), tolerance: 1 },
  "PNG with alpha": { make: () => CLEAR().png().toBuffer(), tolerance: 3 },
  "animated PNG": { make: async () => toAnimatedPng(await OPAQUE().png().toBuffer(), SIZE) },
  "lossy WebP": { make: () => OPAQUE().webp({ quality: 100 }).toBuffer(), tolerance: 8 },
  "lossless WebP": { make: () => OPAQUE().webp({ lossless: true }).toBuffer() },
  GIF: { make: () => OPAQUE().gif({ dither: 0 }).toBuffer(), tolerance: 8 },
  "8-bit TIFF": { make: () => OPAQUE().tiff({ compression: "none" }).toBuffer() },
  "16-bit TIFF": {
    make: () => OPAQUE().toColourspace("rgb16").tiff({ compression: "none" }).toBuffer(),
    tolerance: 1,
  },
  "LZW TIFF": { make: () => OPAQUE().tiff({ compression: "lzw" }).toBuffer() },
  "deflated TIFF": { make: () => OPAQUE().tiff({ compression: "deflate" }).toBuffer() },
  "tiled TIFF": { make: () => OPAQUE().tiff({ compression: "lzw", tile: true }).toBuffer() },
  "big TIFF": { make: () => OPAQUE().tiff({ compression: "lzw", bigtiff: true }).toBuffer() },
  "TIFF with alpha": { make: () => CLEAR().tiff({ compression: "lzw" }).toBuffer(), tolerance: 3 },
  AVIF: { make: () => OPAQUE().avif({ lossless: true, effort: 0 }).toBuffer(), tolerance: 8 },
  "10-bit AVIF": {
    make: () => OPAQUE().avif({ quality: 95, bitdepth: 10, effort: 0 }).toBuffer(),
    tolerance: 6,
  },
};

describe.each(Object.entries(INPUTS))("a %s", (_name, { make, tolerance = 0 }) => {
  it("is rendered with the pixels of the original", async () => {
    const source = await make();
    const { facts, renditions } = await render(source, { one: { width: SIZE.width, formats: ["png"] } });
    const [actual, expected] = await Promise.all([
      readPixels(renditions[0]?.data ?? Buffer.of()),
      readPixels(await (facts.hasAlpha ? CLEAR() : OPAQUE()).png().toBuffer()),
    ]);
    expect(facts).toMatchObject(SIZE);
    expect({ width: actual.width, height: actual.height }).toEqual(SIZE);
    expect(meanDistance(actual.data, expected.data)).toBeLessThanOrEqual(tolerance);
  });
});

it("has a file of every accepted format", async () => {
  const formats = await Promise.all(Object.values(INPUTS).map(async ({ make }) => sniffFormat(await make())));
  const others = Facts.shape.format.exclude(["heic", "raw", "svg"]).options; // these have test files of their own
  expect(new Set(formats)).toEqual(new Set(others));
});

it("renders the first page of a TIFF", async () => {
  const pages = flatFrames(
    [
      [200, 30, 30],
      [30, 200, 30],
      [30, 30, 200],
    ],
    { width: 40, height: 30 },
  );
  const { facts, renditions } = await render(await pages.tiff().toBuffer(), {
    one: { width: 20, formats: ["png"] },
  });
  expect(facts).toMatchObject({ format: "tiff", pages: 3, width: 40, height: 30 });
  expect((await readPixels(renditions[0]?.data ?? Buffer.of())).at(5, 5)).toEqual([200, 30, 30, 255]);
});

it("renders a fax: one bit a pixel, compressed by group 4", async () => {
  const page = scene(160, 120).greyscale().threshold(100).toColourspace("b-w");
  const source = await page.tiff({ compression: "ccittfax4", bitdepth: 1 }).toBuffer();
  const { facts, renditions } = await render(source, { one: { width: 160, formats: ["png"] } });
  const expected = await readPixels(await scene(160, 120).greyscale().threshold(100).png().toBuffer());
  expect(facts).toMatchObject({ format: "tiff", bitDepth: 1 });
  expect(meanDistance((await readPixels(renditions[0]?.data ?? Buffer.of())).data, expected.data)).toBe(0);
});

it("renders a greyscale JPEG", async () => {
  const source = await scene(120, 80).toColourspace("b-w").jpeg({ quality: 100 }).toBuffer();
  const { facts, renditions } = await render(source, { one: { width: 120, formats: ["png"] } });
  const expected = await readPixels(await scene(120, 80).greyscale().png().toBuffer());
  expect(facts.colourSpace).toBe("b-w");
  expect(
    meanDistance((await readPixels(renditions[0]?.data ?? Buffer.of())).data, expected.data),
  ).toBeLessThan(2);
});

it("renders a YCCK JPEG", async () => {
  const flat = sharp({ create: { width: 64, height: 48, channels: 3, background: "#ffffff" } });
  const source = toYcck(await flat.toColourspace("cmyk").jpeg().toBuffer());
  const { facts } = await render(source, { one: { width: 32, formats: ["png"] } });
  expect(facts).toMatchObject({ format: "jpeg", colourSpace: "cmyk" });
});

it("treats a fully opaque alpha channel as no alpha", async () => {
  const source = await scene(60, 40).ensureAlpha().png().toBuffer();
  const { facts, renditions } = await render(source, { one: { width: 30, formats: ["webp"] } });
  expect(facts.hasAlpha).toBe(false);
  expect((await sharp(renditions[0]?.data).metadata()).hasAlpha).toBe(false);
});

it("keeps an alpha ramp in WebP, AVIF and PNG, and flattens it on the background in JPEG", async () => {
  const source = await scene(120, 80, { alpha: true }).png().toBuffer();
  const { facts, renditions } = await render(source, {
    one: { width: 60, background: "#00ff00", formats: ["webp", "avif", "png", "jpeg"] },
  });
  expect(facts.hasAlpha).toBe(true);
  for (const { format, data } of renditions) {
    const { at } = await readPixels(data);
    if (format === "jpeg") expect(colourDistance(at(1, 5), [0, 255, 0, 255])).toBeLessThan(30);
    else expect(Math.abs(at(30, 20)[3] - 128)).toBeLessThan(8);
  }
});

/** Returns the mean difference over all channels, in levels of 255. */
function meanDistance(a: Buffer, b: Buffer): number {
  let sum = 0;
  for (const [index, value] of a.entries()) sum += Math.abs(value - (b[index] ?? 0));
  return sum / a.length;
}
