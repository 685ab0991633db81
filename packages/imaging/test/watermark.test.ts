import { Watermark } from "@image-pipeline/schema/config";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { HERSHEY_SANS } from "../src/options/watermark/text-strokes.ts";
import { watermarkOverlay } from "../src/options/watermark.ts";
import { readPixels } from "./pictures/read-pixels.ts";
import { render, renderOne } from "./render.ts";

const SIZE = { width: 400, height: 300 };

/** Returns the covered share of pixels in each of nine parts of the overlay, row by row. */
async function coverage(options: object): Promise<number[]> {
  const watermark = Watermark.parse({ text: "Acme 2026", ...options });
  const { data, width, height } = await watermarkOverlay(SIZE, watermark);
  const counts = new Array<number>(9).fill(0);
  for (let at = 0; at < width * height; at++) {
    if ((data[4 * at + 3] ?? 0) === 0) continue;
    const part =
      3 * Math.floor((3 * Math.floor(at / width)) / height) + Math.floor((3 * (at % width)) / width);
    counts[part] = (counts[part] ?? 0) + 1;
  }
  return counts.map((count) => count / (width * height));
}

describe("a watermark", () => {
  it.each([
    ["left top", 0],
    ["top", 1],
    ["right top", 2],
    ["left", 3],
    ["centre", 4],
    ["right", 5],
    ["left bottom", 6],
    ["bottom", 7],
    ["right bottom", 8],
  ] as const)("with the position %s covers only that part", async (position, part) => {
    for (const [index, share] of (await coverage({ position, widthPercent: 20 })).entries()) {
      if (index === part) expect(share).toBeGreaterThan(0.001);
      else expect(share).toBe(0);
    }
  });

  it("has the configured width, within the picture", async () => {
    const [narrow, wide] = [await coverage({ widthPercent: 10 }), await coverage({ widthPercent: 100 })];
    expect(sum(wide)).toBeGreaterThan(10 * sum(narrow));
  });

  it("is visible on a background of the same colour, by its outline", async () => {
    const source = await sharp({ create: { width: 400, height: 300, channels: 3, background: "#ffffff" } })
      .png()
      .toBuffer();
    const { data } = await renderOne(source, {
      width: 400,
      watermark: { text: "Acme", opacityPercent: 100 },
    });
    expect((await sharp(data).stats()).channels[0]?.min).toBeLessThan(160);
  });

  it("changes no other pixels, and adds no alpha", async () => {
    const source = await sharp({ create: { width: 400, height: 300, channels: 3, background: "#c86432" } })
      .png()
      .toBuffer();
    const { data } = await renderOne(source, { width: 400, watermark: { text: "Acme" } });
    expect((await sharp(data).metadata()).hasAlpha).toBe(false);
    expect((await readPixels(data)).at(20, 20)).toEqual([200, 100, 50, 255]);
  });

  it("is drawn on a rendition of one pixel without an error", async () => {
    const source = await sharp({ create: { width: 3, height: 2, channels: 3, background: "#c86432" } })
      .png()
      .toBuffer();
    const { renditions } = await render(source, {
      one: { width: 1, watermark: { text: "W".repeat(80) }, formats: ["png"] },
    });
    expect(renditions).toHaveLength(1);
  });

  it("has strokes for every character that a config accepts", () => {
    const accepted = Array.from({ length: 0x2100 }, (_, code) => String.fromCodePoint(code));
    const lacking = accepted.filter(
      (one) => Watermark.safeParse({ text: one }).success && !(one in HERSHEY_SANS),
    );
    expect(lacking).toEqual([]);
  });

  it("with only blanks draws nothing", async () => {
    expect(sum(await coverage({ text: "   " }))).toBe(0);
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
