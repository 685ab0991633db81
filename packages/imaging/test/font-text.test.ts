import { Watermark } from "@image-pipeline/schema/config";
import { describe, expect, it } from "vitest";
import { ConfigFileError } from "../src/options/config-file.ts";
import { showFontsBeside } from "../src/options/watermark/font-folder.ts";
import { watermarkOverlay } from "../src/options/watermark.ts";
import { FONT_HASHES, useConfigFiles } from "./config-files.ts";
import { flat } from "./pictures/scene.ts";
import { renderOne } from "./render.ts";

useConfigFiles();
const TINY = { font: "Tiny-Bold.ttf", fontHash: FONT_HASHES["Tiny-Bold.ttf"] };
const SIZE = { width: 1000, height: 1000 };
const [ALEF, BEH, CONJUNCT] = ["\u0627", "\u0628", "\u0915\u094d\u0937"];

/**
 * Returns the heights of the letters from left to right, which the tiny font draws as bars, as multiples of the first one's width.
 * Letters are opaque, and their outlines less so.
 */
async function lettersOf(text: string, options: object = {}): Promise<number[]> {
  const { data, width } = await watermarkOverlay(SIZE, Watermark.parse({ ...drawn(text), ...options }));
  const isInked = (x: number, y: number) => (data[4 * (y * width + x) + 3] ?? 0) > 200;
  const bars: { width: number; height: number }[] = [];
  let before = 0;
  for (let x = 0; x < width; x++) {
    const height = Array.from({ length: SIZE.height }, (_, y) => isInked(x, y)).filter(Boolean).length;
    if (height > 0 && before === 0) bars.push({ width: 0, height: 0 });
    const bar = bars.at(-1);
    if (bar && height > 0) Object.assign(bar, { width: bar.width + 1, height: Math.max(bar.height, height) });
    before = height;
  }
  return bars.map(({ height }) => Math.round((2 * height) / (bars[0]?.width ?? 1)) / 2);
}

function drawn(text: string) {
  return { text, ...TINY, opacityPercent: 100, widthPercent: 100, marginPercent: 0 };
}

describe("a watermark's text with a font", () => {
  it("runs from right to left in Arabic", async () => {
    expect(await lettersOf(`${ALEF} ${ALEF}${BEH}`)).toEqual([1, 3, 3]);
  });

  it("has the forms of letters that are joined", async () => {
    expect(await lettersOf(`${BEH}${BEH}`)).toEqual([1.5, 2]);
  });

  it("has the conjuncts of Devanagari", async () => {
    expect(await lettersOf(`\u0915 ${CONJUNCT}`)).toEqual([1, 2]);
  });

  it("is drawn by its own font even if another one was used before", async () => {
    const double = { font: "double.ttf", fontHash: FONT_HASHES["double.ttf"] };
    expect([await lettersOf(ALEF, double), await lettersOf(ALEF)]).toEqual([[1.5], [3]]);
  });

  it("is within its share of the width, and at its place, with an outline around", async () => {
    const watermark = {
      ...drawn(`${BEH} ${BEH}`),
      widthPercent: 20,
      position: "left top",
      colour: "#ffffff",
    };
    const { data } = await watermarkOverlay(SIZE, Watermark.parse(watermark));
    const pixels = Array.from({ length: SIZE.width * SIZE.height }, (_, at) => at);
    const covered = pixels.filter((at) => (data[4 * at + 3] ?? 0) > 0);
    const columns = [...new Set(covered.map((at) => at % SIZE.width))];
    expect(Math.max(...columns)).toBeLessThan(200);
    expect(Math.max(...columns)).toBeGreaterThan(190);
    expect(Math.max(...covered.map((at) => Math.floor(at / SIZE.width)))).toBeLessThan(150);
    expect(covered.some((at) => data[4 * at] === 0)).toBe(true);
  });

  it("is drawn on a rendition of one pixel, and of a large one, without an error", async () => {
    for (const width of [1, 1500]) {
      const source = await flat({ width, height: width }).png().toBuffer();
      expect((await renderOne(source, { width, watermark: drawn(`${ALEF} `.repeat(40)) })).width).toBe(width);
    }
  });

  it.each([
    ["is missing", { font: "gone.ttf", fontHash: "0".repeat(32) }],
    ["has another content than the config", { ...TINY, fontHash: "1".repeat(32) }],
  ])("is our error if its font %s, and no rejection of the picture", async (_, font) => {
    const source = await flat({ width: 40, height: 40 }).png().toBuffer();
    await expect(renderOne(source, { watermark: { text: ALEF, ...font } })).rejects.toThrow(ConfigFileError);
  });

  it("is our error if its font was added after the first text of the process", () => {
    expect(() => showFontsBeside("/elsewhere/fonts/new.ttf")).toThrow(
      "new.ttf was added after this process started: start it again",
    );
  });
});
