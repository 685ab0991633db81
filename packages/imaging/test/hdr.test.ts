import { describe, expect, it } from "vitest";
import { hdrToSrgb } from "../src/hdr.ts";
import { HLG, PQ } from "../src/hdr-colours.ts";
import { clli, nclx, withAvifBoxes } from "./pictures/avif-boxes.ts";
import { toUltraHdr } from "./pictures/jpeg-segments.ts";
import { pngChunk, withPngChunks } from "./pictures/png-chunks.ts";
import { scene } from "./pictures/scene.ts";
import { render } from "./render.ts";

/** The ramp's samples, as shares of the range in steps of 3 / 63. */
const STEPS = 22;
/** Levels that Chromium 150 shows for a grey ramp in BT.2020, by its file's transfer function and peak. */
const CHROMIUM = {
  pq: [0, 0, 2, 7, 16, 27, 39, 54, 72, 93, 117, 146, 180, 210, 228, 244, 255, 255, 255, 255, 255, 255],
  bright: [0, 0, 2, 7, 16, 27, 39, 54, 72, 93, 117, 146, 180, 201, 210, 219, 227, 237, 246, 255, 255, 255],
  hlg: [0, 1, 8, 18, 29, 40, 51, 61, 72, 83, 94, 105, 117, 132, 150, 170, 193, 210, 223, 235, 245, 255],
};
/** Steps up to diffuse white, of 203 candelas per square metre: below the curve's knee both agree. */
const UP_TO_WHITE = { pq: 13, hlg: 17 };
const IN_HIGHLIGHTS = 21;

function ramp(channel: (share: number) => readonly [number, number, number]) {
  const samples = Array.from({ length: STEPS }, (_, step) => channel((3 * step) / 63)).flat();
  const data = Uint16Array.from(samples, (share) => Math.round(65_535 * share));
  return { data, width: STEPS, height: 1, channels: 3 as const };
}

const GREY = ramp((share) => [share, share, share]);

function levels(colours: Parameters<typeof hdrToSrgb>[1], pixels = GREY): number[] {
  return [...hdrToSrgb(pixels, colours).data];
}

function redOf(all: readonly number[]): number[] {
  return all.filter((_, at) => at % 3 === 0);
}

describe("a ramp of grey in high dynamic range", () => {
  it.each([
    ["PQ", { primaries: 9, transfer: PQ, peak: undefined }, CHROMIUM.pq, UP_TO_WHITE.pq],
    ["PQ with a peak of 4,000", { primaries: 9, transfer: PQ, peak: 4000 }, CHROMIUM.bright, UP_TO_WHITE.pq],
    ["HLG", { primaries: 9, transfer: HLG, peak: undefined }, CHROMIUM.hlg, UP_TO_WHITE.hlg],
  ])(
    "by %s is like Chromium's: exact to diffuse white, and near it in highlights",
    (_name, colours, theirs, end) => {
      const ours = redOf(levels(colours));
      const distances = ours.map((level, at) => Math.abs(level - (theirs[at] ?? 0)));
      expect(Math.max(...distances.slice(0, end))).toBeLessThanOrEqual(3);
      expect(Math.max(...distances)).toBeLessThanOrEqual(IN_HIGHLIGHTS);
    },
  );

  it("never gets darker from one step to the next, and ends at white", () => {
    for (const [transfer, peak] of [
      [PQ, undefined],
      [PQ, 150],
      [PQ, 400],
      [PQ, 10_000],
      [HLG, undefined],
    ] as const) {
      const ours = redOf(levels({ primaries: 9, transfer, peak }));
      expect(ours).toEqual(ours.toSorted((a, b) => a - b));
      expect([ours[0], ours.at(-1)]).toEqual([0, 255]);
    }
  });

  it("stays grey", () => {
    const ours = levels({ primaries: 9, transfer: PQ, peak: undefined });
    expect(ours.every((level, at) => level === ours[at - (at % 3)])).toBe(true);
  });
});

it("a bright colour in PQ keeps its hue where each channel by itself would turn white", () => {
  const orange = levels(
    { primaries: 1, transfer: PQ, peak: undefined },
    ramp((share) => [share, share * 0.8, 0]),
  );
  const [red = 0, green = 0, blue = 0] = orange.slice(3 * 16, 3 * 16 + 3);
  expect(red).toBe(255);
  expect(green).toBeLessThan(200);
  expect(blue).toBe(0);
});

describe("facts and pixels of a picture in high dynamic range", () => {
  const coded = (transfer: number) => pngChunk("cICP", Buffer.of(9, transfer, 0, 1));
  const PRESETS = { one: { width: 64, formats: ["png" as const], colourSpace: "p3" as const } };
  const sdr = () => scene(64, 48);

  it.each([
    ["an 8-bit PNG", async () => withPngChunks(await sdr().png().toBuffer(), coded(PQ))],
    [
      "a 16-bit PNG",
      async () => withPngChunks(await sdr().toColourspace("rgb16").png().toBuffer(), coded(HLG)),
    ],
    ["a grey PNG", async () => withPngChunks(await sdr().toColourspace("b-w").png().toBuffer(), coded(PQ))],
    [
      "an AVIF",
      async () =>
        withAvifBoxes(await sdr().avif({ effort: 0 }).toBuffer(), {
          properties: [nclx({ primaries: 9, transfer: PQ }), clli(1000)],
        }),
    ],
  ])("%s is named in the facts, and rendered in sRGB", async (_name, make) => {
    const { facts, renditions } = await render(await make(), PRESETS);
    expect(facts.hdr).toBe(true);
    expect(facts.isWideGamut).toBeUndefined();
    expect(renditions).toHaveLength(1);
  });

  it("of a picture in standard range are without it", async () => {
    const { facts } = await render(withPngChunks(await sdr().png().toBuffer(), coded(13)), PRESETS);
    expect(facts.hdr).toBeUndefined();
  });

  it("keep alpha", async () => {
    const clear = await scene(64, 48, { alpha: true }).toColourspace("rgb16").png().toBuffer();
    const { facts } = await render(withPngChunks(clear, coded(PQ)), PRESETS);
    expect(facts).toMatchObject({ hdr: true, hasAlpha: true });
  });
});

describe("a JPEG with a gain map", () => {
  it.each(["iso", "adobe"] as const)(
    "marked as by %s is rendered from its standard picture, and noted in the facts",
    async (kind) => {
      const base = await scene(64, 48).jpeg().toBuffer();
      const preset = { one: { width: 64, formats: ["png" as const] } };
      const plain = await render(base, preset);
      const { facts, renditions } = await render(
        toUltraHdr(base, await scene(32, 24).jpeg().toBuffer(), kind),
        preset,
      );
      expect([plain.facts.hasGainMap, facts.hasGainMap]).toEqual([undefined, true]);
      expect(facts.hdr).toBeUndefined();
      expect(renditions[0]?.sha256).toBe(plain.renditions[0]?.sha256);
    },
  );
});
