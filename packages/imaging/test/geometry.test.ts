import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { colourDistance, readPixels } from "./pictures/read-pixels.ts";
import { render, renderOne } from "./render.ts";

function flat(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: "#c86432" } });
}

/** Encodes a picture whose left half is black and whose right half is white. */
async function halves(width: number, height: number): Promise<Buffer> {
  const white = await sharp({ create: { width: width / 2, height, channels: 3, background: "#ffffff" } })
    .png()
    .toBuffer();
  const black = sharp({ create: { width, height, channels: 3, background: "#000000" } });
  return black
    .composite([{ input: white, left: width / 2, top: 0 }])
    .png()
    .toBuffer();
}

describe("the size of a rendition", () => {
  it.each([
    ["inside", { width: 200, height: 200 }, [200, 150]],
    ["inside", { width: 200 }, [200, 150]],
    ["inside", { height: 150 }, [200, 150]],
    ["inside", { width: 900 }, [400, 300]],
    ["cover", { width: 100, height: 100 }, [100, 100]],
    ["cover", { width: 800, height: 800 }, [300, 300]],
    ["contain", { width: 100, height: 100 }, [100, 100]],
    ["contain", { width: 800, height: 800 }, [800, 800]],
    ["fill", { width: 100, height: 100 }, [100, 100]],
    ["fill", { width: 800, height: 100 }, [400, 100]],
  ] as const)("for the fit %s and %j, of 400 x 300, is %j", async (fit, box, [width, height]) => {
    expect(
      await renderOne(await flat(400, 300).png().toBuffer(), { width: undefined, ...box, fit }),
    ).toMatchObject({ width, height });
  });

  it.each([
    ["inside", { width: 900 }, [900, 675]],
    ["cover", { width: 800, height: 800 }, [800, 800]],
    ["fill", { width: 800, height: 100 }, [800, 100]],
  ] as const)(
    "exceeds the source's size if a preset with the fit %s enlarges",
    async (fit, box, [width, height]) => {
      const preset = { ...box, fit, enlarge: true };
      expect(await renderOne(await flat(400, 300).png().toBuffer(), preset)).toMatchObject({ width, height });
    },
  );

  it.each([
    [1, 10_000],
    [10_000, 1],
    [70_000, 10],
    [1, 1],
    [3, 2],
  ])("is within the preset for a source of %i x %i, in every fit and format", async (width, height) => {
    const source = await flat(width, height).png().toBuffer();
    const formats = ["webp" as const, "jpeg" as const, "avif" as const, "png" as const];
    const { renditions } = await render(source, {
      inside: { width: 320, formats },
      cover: { width: 160, height: 160, fit: "cover", formats },
      contain: { width: 160, height: 160, fit: "contain", formats },
      fill: { width: 160, height: 160, fit: "fill", formats },
      large: { width: 320, height: 320, enlarge: true, formats },
    });
    expect(renditions).toHaveLength(20);
    for (const rendition of renditions) {
      const metadata = await sharp(rendition.data).metadata();
      expect([metadata.width, metadata.height]).toEqual([rendition.width, rendition.height]);
      expect(Math.max(rendition.width, rendition.height)).toBeLessThanOrEqual(
        rendition.preset === "inside" ? 10_000 : 320,
      );
    }
  });

  it("is scaled down to each encoder's bounds", async () => {
    const source = await flat(70_000, 10).png().toBuffer();
    const { renditions } = await render(source, {
      one: { width: 65_535, formats: ["webp", "jpeg", "avif", "png"] },
    });
    expect(
      Object.fromEntries(renditions.map(({ format, width, height }) => [format, [width, height]])),
    ).toEqual({
      png: [65_535, 9],
      jpeg: [65_500, 9],
      avif: [16_384, 2],
      webp: [16_383, 2],
    });
  });

  it("has at most as many pixels as a source may have, even if the preset enlarges", async () => {
    const preset = { width: 5000, height: 5000, fit: "fill", enlarge: true, formats: ["png"] } as const;
    const { width, height } = await renderOne(
      await flat(10, 10).png().toBuffer(),
      { ...preset, formats: ["png"] },
      { maxFramePixels: 10_000 },
    );
    expect([width, height]).toEqual([100, 100]);
  });
});

describe("the part that a crop keeps", () => {
  it.each([
    ["left", 0],
    ["left top", 0],
    ["right", 255],
    ["right bottom", 255],
  ] as const)("is the %s part", async (position, level) => {
    const { data } = await renderOne(await halves(400, 100), {
      width: 50,
      height: 50,
      fit: "cover",
      position,
    });
    expect((await readPixels(data)).at(25, 25)[0]).toBe(level);
  });

  it.each(["entropy", "attention"] as const)("is the part with detail, by %s", async (position) => {
    const detail = await sharp({
      create: {
        width: 60,
        height: 60,
        channels: 3,
        background: "#ff2020",
        noise: { type: "gaussian", mean: 128, sigma: 60 },
      },
    })
      .png()
      .toBuffer();
    const dull = sharp({ create: { width: 600, height: 100, channels: 3, background: "#808080" } });
    const source = await dull
      .composite([{ input: detail, left: 520, top: 20 }])
      .png()
      .toBuffer();
    const { data, width, height } = await renderOne(source, {
      width: 100,
      height: 100,
      fit: "cover",
      position,
    });
    expect([width, height]).toEqual([100, 100]);
    expect((await sharp(data).stats()).entropy).toBeGreaterThan(2);
  });
});

it("pads with the background, and with its opacity in a format with alpha", async () => {
  const source = await flat(400, 100).png().toBuffer();
  const { renditions } = await render(source, {
    one: { width: 100, height: 100, fit: "contain", background: "#0000ff00", formats: ["png", "jpeg"] },
  });
  for (const { format, data } of renditions) {
    const { at } = await readPixels(data);
    expect(colourDistance(at(50, 5), format === "png" ? [0, 0, 255, 0] : [0, 0, 255, 255])).toBeLessThan(9);
    expect(colourDistance(at(50, 50), [200, 100, 50, 255])).toBeLessThan(9);
  }
});

describe("largerThanSource", () => {
  it("is set for a rendition at full size that has more bytes than the source", async () => {
    const source = await sharp({
      create: {
        width: 300,
        height: 200,
        channels: 3,
        background: "#808080",
        noise: { type: "gaussian", mean: 128, sigma: 40 },
      },
    })
      .jpeg({ quality: 10 })
      .toBuffer();
    const { renditions } = await render(source, {
      full: { width: 2048, formats: ["png", "webp"] },
      small: { width: 30, formats: ["webp"] },
    });
    expect(
      renditions.map(({ preset, format, largerThanSource }) => [preset, format, largerThanSource]),
    ).toEqual([
      ["full", "png", true],
      ["full", "webp", true],
      ["small", "webp", undefined],
    ]);
  });
});
