import { describe, expect, it } from "vitest";
import { nclx, withAvifBoxes } from "./pictures/avif-boxes.ts";
import { flatPicture } from "./pictures/flat-picture.ts";
import { pngChunk, withPngChunks } from "./pictures/png-chunks.ts";
import { colourDistance, readPixels } from "./pictures/read-pixels.ts";
import { render } from "./render.ts";

const SIZE = { width: 32, height: 24 };
const SOURCE = [200, 100, 50];

async function shown(file: Buffer): Promise<readonly number[]> {
  const { renditions } = await render(file, { one: { width: 32, formats: ["png"] } });
  return (await readPixels(renditions[0]?.data ?? Buffer.of())).at(8, 8).slice(0, 3);
}

const uint32 = (...values: readonly number[]) => {
  const body = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) body.writeUInt32BE(value, 4 * at);
  return body;
};
const P3 = pngChunk("cHRM", uint32(31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6000));
const gamma = (value: number) => pngChunk("gAMA", uint32(value));
const cicp = (...codes: number[]) => pngChunk("cICP", Buffer.from(codes));
const srgb = pngChunk("sRGB", Buffer.of(0));
const png = (colour: readonly number[] = SOURCE) => flatPicture(colour, SIZE).png().toBuffer();

/** Levels as Chromium 150 shows them. */
describe("a PNG with", () => {
  it.each<[string, Buffer[], number[]]>([
    ["cICP of Display P3", [cicp(12, 13, 0, 1)], [215, 93, 32]],
    ["cICP of BT.709 video, by the curve of a monitor", [cicp(1, 1, 0, 1)], [197, 91, 39]],
    ["cICP before gAMA", [cicp(1, 13, 0, 1), gamma(100_000)], SOURCE],
    ["unspecified cICP", [cicp(2, 2, 0, 1), gamma(100_000)], SOURCE],
    ["cICP that is cut short", [cicp(12, 13)], SOURCE],
    ["linear gAMA", [gamma(100_000)], [229, 168, 122]],
    ["the gAMA of sRGB", [gamma(45_455)], SOURCE],
    ["gAMA of 0", [gamma(0)], SOURCE],
    ["gAMA and sRGB", [gamma(100_000), srgb], SOURCE],
    ["cHRM alone", [P3], SOURCE],
    ["cHRM and gAMA", [gamma(45_455), P3], [216, 93, 24]],
    ["cHRM, gAMA and sRGB", [gamma(45_455), P3, srgb], SOURCE],
    ["cHRM of no colours", [gamma(45_455), pngChunk("cHRM", Buffer.alloc(32))], SOURCE],
  ])("%s is shown as in a browser", async (_name, chunks, expected) => {
    expect(colourDistance(await shown(withPngChunks(await png(), ...chunks)), expected)).toBeLessThanOrEqual(
      2,
    );
  });

  it("linear gAMA in grey, with alpha and without, is shown as in a browser", async () => {
    for (const colour of [[100], [100, 128]]) {
      const level = await shown(withPngChunks(await png(colour), gamma(100_000)));
      expect(colourDistance(level, [168, 168, 168])).toBeLessThanOrEqual(2);
    }
  });
});

describe("an AVIF with nclx of", () => {
  it.each<[string, number, number, number[]]>([
    ["Display P3", 12, 13, [215, 93, 32]],
    ["BT.709 video, by the curve of sRGB", 1, 1, SOURCE],
    ["unspecified colours", 2, 2, SOURCE],
    ["linear light", 1, 8, [229, 168, 122]],
  ])("%s is shown as in a browser", async (_name, primaries, transfer, expected) => {
    const avif = await flatPicture(SOURCE, SIZE)
      .avif({ quality: 100, chromaSubsampling: "4:4:4", effort: 0 })
      .toBuffer();
    const file = withAvifBoxes(avif, { properties: [nclx({ primaries, transfer })] });
    expect(colourDistance(await shown(file), expected)).toBeLessThanOrEqual(4);
  });

  it("Display P3 keeps it in a preset with p3", async () => {
    const avif = await flatPicture([255, 0, 0], SIZE)
      .avif({ quality: 100, chromaSubsampling: "4:4:4", effort: 0 })
      .toBuffer();
    const file = withAvifBoxes(avif, { properties: [nclx({ primaries: 12, transfer: 13 })] });
    const { facts } = await render(file, { one: { width: 32, colourSpace: "p3", formats: ["png"] } });
    expect(facts).toMatchObject({ isWideGamut: true, colourProfile: "Display P3" });
  });
});

it("an AVIF whose colours are multiplied by alpha has no dark edges", async () => {
  const avif = await flatPicture([100, 50, 25, 128], SIZE)
    .avif({ quality: 100, chromaSubsampling: "4:4:4", effort: 0 })
    .toBuffer();
  const level = async (file: Buffer) => {
    const { renditions } = await render(file, { one: { width: 16, formats: ["png"] } });
    return (await readPixels(renditions[0]?.data ?? Buffer.of())).at(8, 8);
  };
  expect(
    colourDistance(await level(withAvifBoxes(avif, { reference: "prem" })), [200, 100, 50, 128]),
  ).toBeLessThanOrEqual(4);
  expect(colourDistance(await level(avif), [100, 50, 25, 128])).toBeLessThanOrEqual(3);
});
