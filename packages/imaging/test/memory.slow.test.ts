import { afterEach, describe, expect, it } from "vitest";
import { BoundedRenderer } from "./fuzz/bounded-renderer.ts";
import { flat } from "./pictures/scene.ts";

const MAX_MEBIBYTES = 512;
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
};

describe("the process stays below 512 MiB for", () => {
  let renderer: BoundedRenderer;

  afterEach(() => renderer.close());

  it.each(Object.entries(HEAVIEST))("%s", async (_name, make) => {
    renderer = new BoundedRenderer();
    const outcome = await renderer.render(await make(), FIVE_SIZES);
    expect(outcome).toMatchObject({ kind: "rendered", detail: "" });
    expect(outcome.peakMebibytes).toBeLessThan(MAX_MEBIBYTES);
  });
});
