import { randomBytes } from "node:crypto";
import { Limits } from "@image-pipeline/schema/config";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { type EncodedRendition, renderForAnalysis } from "../src/index.ts";
import { flat, flatFrames, scene } from "./pictures/scene.ts";

const LIMITS = Limits.parse({});
const MAX_BYTES = 5_000_000;

/** Makes the pictures of a source. */
async function deriveAll(source: Sharp, maxPictures = 6) {
  const pictures: EncodedRendition[] = [];
  const asked = { limits: LIMITS, maxPictures };
  await renderForAnalysis(await source.toBuffer(), asked, (one) => void pictures.push(one));
  return pictures;
}

/** Returns the mean colours of pictures, in steps of 50 levels. */
async function coloursOf(pictures: readonly EncodedRendition[]): Promise<string[]> {
  const all = await Promise.all(pictures.map(({ data }) => sharp(data).stats()));
  return all.map(({ channels }) => channels.map(({ mean }) => Math.round(mean / 50)).join(""));
}

async function derive(source: Sharp) {
  const [first] = await deriveAll(source, 1);
  if (!first) throw new Error("no picture");
  const { data } = first;
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
});

describe("no part of a picture is left out of the analysis", () => {
  const SIZE = { width: 100, height: 100 };
  const RED = [250, 0, 0];
  const framesOf = (count: number, red: number) =>
    flatFrames(
      Array.from({ length: count }, (_, index) => (index === red ? RED : [0, 250 - 3 * index, 3 * index])),
      SIZE,
    );

  it.each(["gif", "webp"] as const)(
    "of an animated %s several frames are judged, the first and the last among them",
    async (format) => {
      const last = await coloursOf(await deriveAll(framesOf(9, 8).toFormat(format, { lossless: true })));
      expect(last.slice(0, 2)).toEqual(["050", "500"]);
      const animation = await framesOf(9, 4).toFormat(format, { lossless: true }).toBuffer();
      // The encoder of GIF joins frames that are nearly alike.
      const { pages = 1 } = await sharp(animation).metadata();
      const middle = await coloursOf(
        await deriveAll(sharp(animation, { animated: true }).toFormat(format, { lossless: true })),
      );
      expect(middle).toContain("500");
      expect(middle).toHaveLength(Math.min(6, pages));
    },
  );

  it("a white drawing on transparency is seen on the dark page, and a black one on the white", async () => {
    const drawing = {
      create: { ...SIZE, channels: 4 as const, background: { r: 255, g: 255, b: 255, alpha: 0.5 } },
    };
    expect(await coloursOf(await deriveAll(sharp(drawing).png()))).toEqual(["555", "333"]);
  });

  it("an opaque picture with an alpha channel is judged once", async () => {
    expect(await deriveAll(flat(SIZE).ensureAlpha().png())).toHaveLength(1);
  });

  it("a strip is judged in tiles, so that none is a thin line", async () => {
    const red = await sharp({ create: { width: 100, height: 100, channels: 3, background: "#fa0000" } })
      .png()
      .toBuffer();
    const strip = flat({ width: 100, height: 2000 }).composite([{ input: red, left: 0, top: 1900 }]);
    const pictures = await deriveAll(
      sharp(await strip.removeAlpha().png().toBuffer())
        .removeAlpha()
        .png(),
    );
    expect(pictures).toHaveLength(6);
    for (const { width, height } of pictures) expect(height / width).toBeLessThan(4);
    expect(pictures.reduce((sum, { height, width }) => sum + height / width, 0)).toBeCloseTo(20, 0);
  });

  it.each([1, 2, 5])("no more than %i pictures are made of any picture", async (most) => {
    const alpha = framesOf(20, 3).ensureAlpha(0.5);
    expect((await deriveAll(alpha.gif(), most)).length).toBeLessThanOrEqual(most);
  });
});

it("rejects a picture for analysis with the same reason as for rendering", async () => {
  const asked = { limits: LIMITS, maxPictures: 1 };
  await expect(renderForAnalysis(Buffer.from("%PDF-1.7"), asked, () => {})).rejects.toMatchObject({
    reason: "UNSUPPORTED_FORMAT",
  });
});
