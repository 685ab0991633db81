import { Limits } from "@image-pipeline/schema/config";
import type { Sharp } from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import type { Size } from "../src/size.ts";
import { BoundedRenderer } from "./fuzz/bounded-renderer.ts";
import type { Outcome } from "./fuzz/render-child.ts";
import { type HeicContent, heicFile, property } from "./pictures/heic-file.ts";
import { HEVC_STREAMS, type HevcStream } from "./pictures/hevc-streams.ts";
import { flat } from "./pictures/scene.ts";
import { svgFile } from "./pictures/svg-file.ts";

const MAX_MEBIBYTES = 512;
/** The place of both sides, 14 bits each, in a lossless WebP. */
const SIZE_OF_LOSSLESS_WEBP = 21;
/** The largest size below 50 megapixels. */
const LARGEST = { width: 8160, height: 6120 };

const FIVE_SIZES = {
  thumb: { width: 160, height: 160, fit: "cover" as const, formats: ["avif" as const, "jpeg" as const] },
  ...Object.fromEntries(
    [320, 640, 1280, 2048].map((width) => [
      `w${width}`,
      { width, formats: ["avif" as const, "webp" as const, "jpeg" as const] },
    ]),
  ),
};

/** Pictures within the default limits that take the most memory of each decoder. */
const HEAVIEST: Record<string, () => Promise<Buffer>> = {
  "a progressive JPEG without chroma subsampling": () =>
    flat(LARGEST).jpeg({ progressive: true, chromaSubsampling: "4:4:4" }).toBuffer(),
  "an interlaced PNG with alpha": () =>
    flat(LARGEST, { alpha: true }).png({ progressive: true, compressionLevel: 1 }).toBuffer(),
  "an AVIF of 19 megapixels": () => flat({ width: 5000, height: 3800 }).avif({ effort: 0 }).toBuffer(),
  "a GIF": () => flat(LARGEST).gif({ effort: 1 }).toBuffer(),
  "a TIFF of 16 bits with alpha": () =>
    flat(LARGEST, { alpha: true })
      .toColourspace("rgb16")
      .tiff({ compression: "deflate", predictor: "none" })
      .toBuffer(),
  "a JPEG of 200 megapixels": () => flat({ width: 16_320, height: 12_240 }).jpeg().toBuffer(),
  "a JPEG of 108 megapixels in several scans": () =>
    flat({ width: 12_000, height: 9000 }).jpeg({ progressive: true }).toBuffer(),
  "a PNG of 100 megapixels": () =>
    flat({ width: 10_000, height: 10_000 }).png({ compressionLevel: 1 }).toBuffer(),
  "a PNG of 65000 pixels a line": () =>
    flat({ width: 65_000, height: 760 }).png({ compressionLevel: 1 }).toBuffer(),
  "an SVG of five layers": async () =>
    svgFile(
      `${'<g opacity=".9">'.repeat(5)}<circle cx="32" cy="32" r="30" fill="red"/>${"</g>".repeat(5)}`,
      'viewBox="0 0 64 64"',
    ),
};

const { largeTile, largeTile10 } = HEVC_STREAMS;
const fullGrid = (tile: HevcStream, columns: number, rows: number) => ({
  tiles: Array.from({ length: columns * rows }, () => tile),
  grid: { columns, rows, width: columns * tile.width, height: rows * tile.height },
});

/** HEIC pictures within the default limits. */
const HEIC: Record<string, HeicContent> = {
  "of 50 megapixels, turned": { ...fullGrid(largeTile, 16, 12), properties: [property.rotate(90)] },
  "of 50 megapixels, cropped": {
    ...fullGrid(largeTile, 16, 12),
    properties: [property.crop(8190, 6142, 2, 2)],
  },
  "of 50 megapixels, cropped within a sample of colour, and turned": {
    ...fullGrid(largeTile, 16, 12),
    properties: [property.crop(8190, 6142, 0, 0), property.rotate(90)],
  },
  "of 50 megapixels, turned and then cropped": {
    ...fullGrid(largeTile, 16, 12),
    properties: [property.rotate(90), property.crop(6141, 8189, 0, 0)],
  },
  "of 24 megapixels in 10 bits without chroma subsampling": fullGrid(largeTile10, 12, 8),
  "of 24 megapixels with transparency": { ...fullGrid(largeTile, 12, 8), alpha: { stream: largeTile } },
};

/** Shapes that make the tallest, the widest and the largest renditions of pictures within the default limits. */
const SHAPES = {
  tall: { width: 2048, height: 16_383 },
  wide: { width: 16_383, height: 2048 },
  "very tall": { width: 1000, height: 45_000 },
  "nearly square": LARGEST,
};

/** Each format with its heaviest encoding that streams, or is turned by 90 degrees after decoding. */
const SHAPED: Record<string, (size: Size) => Sharp> = {
  "WebP with alpha": (size) => flat(size, { alpha: true }).webp({ effort: 0 }),
  "rotated WebP": (size) => flat(size).webp({ effort: 0 }).withMetadata({ orientation: 6 }),
  JPEG: (size) => flat(size).jpeg(),
  "progressive JPEG": (size) => flat(size).jpeg({ progressive: true, chromaSubsampling: "4:4:4" }),
  "rotated progressive JPEG": (size) =>
    flat(size).jpeg({ progressive: true }).withMetadata({ orientation: 6 }),
  "PNG with alpha": (size) => flat(size, { alpha: true }).png({ compressionLevel: 1 }),
  "rotated PNG": (size) => flat(size).png({ compressionLevel: 1 }).withMetadata({ orientation: 8 }),
  "TIFF of 16 bits with alpha": (size) =>
    flat(size, { alpha: true }).toColourspace("rgb16").tiff({ compression: "deflate", predictor: "none" }),
  "rotated TIFF": (size) => flat(size).tiff({ compression: "lzw" }).withMetadata({ orientation: 6 }),
  GIF: (size) => flat(size).gif({ effort: 1 }),
  "rotated AVIF with alpha": (size) =>
    flat(size, { alpha: true }).avif({ effort: 0 }).withMetadata({ orientation: 6 }),
};

/** The same shape with as many pixels as an AVIF may have. */
function shrunk({ width, height }: Size): Size {
  const factor = Math.min(1, Math.sqrt(9_000_000 / (width * height)), 16_384 / Math.max(width, height));
  return { width: Math.floor(width * factor), height: Math.floor(height * factor) };
}

/** Sizes that a format cannot have, or that its decoder may not hold. */
function isPossible(format: string, { width, height }: Size): boolean {
  if (format.includes("WebP")) return Math.max(width, height) <= 16_383;
  if (format.includes("AVIF")) return Math.max(width, height) <= 16_384 && width * height <= 9_000_000;
  return true;
}

describe("the process stays below 512 MiB for", () => {
  let renderer: BoundedRenderer;

  afterEach(() => renderer.close());

  async function expectBounded(source: Buffer): Promise<Outcome> {
    renderer = new BoundedRenderer();
    const outcome = await renderer.render(source, FIVE_SIZES);
    // On a busy machine the time may be used up; the memory is what counts here.
    if (!outcome.detail.startsWith("RENDER_TIMEOUT"))
      expect(outcome).toMatchObject({ kind: "rendered", detail: "" });
    expect(outcome.peakMebibytes).toBeLessThan(MAX_MEBIBYTES);
    return outcome;
  }

  it.each(
    Object.entries(SHAPED).flatMap(([format, encode]) =>
      Object.entries(SHAPES)
        .map(([shape, size]) => ({ name: `a ${shape} ${format}`, format, encode, size }))
        .map((each) => (format.includes("AVIF") ? { ...each, size: shrunk(each.size) } : each))
        .filter(({ size }) => isPossible(format, size)),
    ),
  )("$name", async ({ encode, size }) => {
    await expectBounded(await encode(size).toBuffer());
  });

  it("a tall WebP of a few bytes, whose renditions are scaled down to their encoders' areas, within the time of a picture", async () => {
    const tall = await flat({ width: 1, height: 1 }).webp({ lossless: true }).toBuffer();
    // Codes of one symbol take no bits, so the data of one pixel are those of any size.
    tall.writeUInt32LE((SHAPES.tall.width - 1) | ((SHAPES.tall.height - 1) << 14), SIZE_OF_LOSSLESS_WEBP);
    const { cpuSeconds } = await expectBounded(tall);
    expect(cpuSeconds).toBeLessThan(Limits.parse({}).maxRenderSeconds);
  });

  it.each(Object.entries(HEIC))("a HEIC %s", async (_name, content) => {
    await expectBounded(heicFile(content));
  });

  it.each(Object.entries(HEAVIEST))("%s", async (_name, make) => {
    await expectBounded(await make());
  });
});
