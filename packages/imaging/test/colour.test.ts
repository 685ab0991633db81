import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { displayP3Profile, toSrgb } from "../src/convert-colour.ts";
import { readIccProfile } from "../src/icc-profile.ts";
import type { Pixels } from "../src/pixels.ts";
import { toTaggedTiff } from "../src/tagged-tiff.ts";
import { timeBudget } from "../src/time-budget.ts";
import {
  adobeRgbProfile,
  greyProfile,
  parametricCurve,
  proPhotoProfile,
  srgbProfile,
  tableCurve,
} from "./pictures/icc-profiles.ts";
import { colourDistance, readPixels } from "./pictures/read-pixels.ts";
import { render, renderOne } from "./render.ts";

const WIDTH = 64;
const HEIGHT = 48;

/** Returns a flat picture in one colour, with a profile. It has as many channels as the colour. */
function tagged(colour: readonly number[], profile: Buffer) {
  const channels = colour.length === 1 ? 1 : colour.length === 4 ? 4 : 3;
  const data = Buffer.from(Array.from({ length: WIDTH * HEIGHT }, () => colour).flat());
  return sharp(toTaggedTiff({ data, width: WIDTH, height: HEIGHT, channels }, profile)).keepIccProfile();
}

async function centreOf(file: Uint8Array) {
  return (await readPixels(file)).at(8, 6).slice(0, 3);
}

describe("a picture with a wide-gamut profile", () => {
  it.each(["jpeg", "png", "webp", "tiff", "avif"] as const)(
    "as %s is rendered in sRGB, without the profile",
    async (format) => {
      const source = await tagged([200, 100, 50], await displayP3Profile())
        .toFormat(format, { quality: 100 })
        .toBuffer();
      const { data } = await renderOne(source, { width: WIDTH / 2 });
      expect(colourDistance(await centreOf(data), [215, 93, 32])).toBeLessThanOrEqual(4);
      expect((await sharp(data).metadata()).icc).toBeUndefined();
    },
  );

  it("in Adobe RGB is converted by the primaries and gamma of its profile", async () => {
    const { data } = await renderOne(await tagged([100, 150, 100], adobeRgbProfile()).png().toBuffer(), {
      width: WIDTH / 2,
    });
    expect(colourDistance(await centreOf(data), [65, 151, 97])).toBeLessThanOrEqual(3);
  });

  it("with 16 bits a channel is converted too", async () => {
    const source = await tagged([200, 100, 50], await displayP3Profile())
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    const { facts, renditions } = await render(source, { one: { width: WIDTH / 2, formats: ["png"] } });
    expect(facts).toMatchObject({ bitDepth: 16, colourSpace: "srgb" });
    expect(
      colourDistance(await centreOf(renditions[0]?.data ?? Buffer.of()), [215, 93, 32]),
    ).toBeLessThanOrEqual(3);
  });

  it("keeps its alpha through the conversion", async () => {
    const source = await tagged([200, 100, 50, 128], await displayP3Profile())
      .png()
      .toBuffer();
    const { data } = await renderOne(source, { width: WIDTH / 2 });
    expect(colourDistance((await readPixels(data)).at(9, 9), [215, 93, 32, 128])).toBeLessThanOrEqual(3);
  });

  it("stays in Display P3 for a preset with p3", async () => {
    const source = await tagged([255, 0, 0], await displayP3Profile())
      .png()
      .toBuffer();
    const { renditions } = await render(source, {
      wide: { width: WIDTH / 2, colourSpace: "p3", formats: ["webp", "jpeg", "avif", "png"] },
      plain: { width: WIDTH / 4, formats: ["png"] },
    });
    for (const { data, preset } of renditions) {
      const { icc } = await sharp(data).metadata();
      expect(readIccProfile(icc)?.name).toBe(preset === "wide" ? "sP3C" : undefined);
      expect(colourDistance(await centreOf(data), [255, 0, 0])).toBeLessThanOrEqual(4);
    }
  });

  it("keeps colours outside sRGB distinct in Display P3", async () => {
    const source = await tagged([120, 255, 60], adobeRgbProfile()).png().toBuffer();
    const wide = await centreOf((await renderOne(source, { width: WIDTH / 2, colourSpace: "p3" })).data);
    const plain = await centreOf((await renderOne(source, { width: WIDTH / 2 })).data);
    expect(plain[0]).toBe(0);
    expect(wide[0]).toBeGreaterThan(40);
  });
});

describe("a profile of three primaries", () => {
  const curve = (point: (x: number) => number) =>
    tableCurve(Array.from({ length: 1024 }, (_, at) => Math.round(65_535 * point(at / 1023))));
  const profiles: Record<string, () => Buffer | Promise<Buffer>> = {
    "Display P3": displayP3Profile,
    "Adobe RGB": adobeRgbProfile,
    "ProPhoto RGB": proPhotoProfile,
    "a straight line": () => adobeRgbProfile(tableCurve([])),
    "a table": () => adobeRgbProfile(curve((x) => x ** 2.2)),
    "the first parametric form": () => adobeRgbProfile(parametricCurve(0, [1.8])),
    "the second": () => adobeRgbProfile(parametricCurve(1, [2, 1.1, -0.1])),
    "the third": () => adobeRgbProfile(parametricCurve(2, [2, 1.1, -0.1, 0])),
    "the fourth": () => adobeRgbProfile(parametricCurve(3, [2.4, 0.9479, 0.0521, 0.0774, 0.0405])),
    "the fifth": () => adobeRgbProfile(parametricCurve(4, [2.4, 0.9, 0.05, 0.07, 0.05, 0.01, 0])),
  };

  it.each(Object.entries(profiles))(
    "with %s is converted like libvips converts it, to one step",
    async (_name, make) => {
      const profile = readIccProfile(await make());
      if (!profile?.matrix) throw new Error("not read as a matrix");
      const budget = timeBudget(60, performance);
      const colours = everyColour(15);
      const ours = await toSrgb(colours, profile, budget);
      const libvips = await toSrgb(colours, { ...profile, matrix: undefined }, budget);
      expect(ours.data.equals(colours.data)).toBe(false);
      expect(
        Math.max(...ours.data.map((value, at) => Math.abs(value - (libvips.data[at] ?? 0)))),
      ).toBeLessThanOrEqual(1);
    },
  );

  it("with colour tables too is left to libvips, since tables take precedence", async () => {
    const withTables = Buffer.from(await displayP3Profile());
    withTables.write("A2B0", withTables.indexOf("cprt"), "latin1");
    expect(readIccProfile(withTables)?.matrix).toBeUndefined();
  });

  it("is left to libvips, which refuses it, if it links two devices or is cut short", () => {
    const link = adobeRgbProfile();
    link.write("link", 12, "latin1");
    expect([link, adobeRgbProfile().subarray(0, -4)].map((one) => readIccProfile(one)?.matrix)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    ["begin with black, by one step", tableCurve([1, 65_535])],
    ["begin with black", parametricCurve(2, [2, 0.9, -0.1, 0.05])],
    ["have all its points", tableCurve([0, 30_000, 65_535]).subarray(0, 14)],
    ["have one of the known forms", parametricCurve(9, [2])],
    ["have a value everywhere", parametricCurve(4, [2.4, 1, -0.5, 0, 0, 0, 0])],
  ])("with a curve that does not %s is left to libvips", (_fault, curve) => {
    expect(readIccProfile(adobeRgbProfile(curve))?.matrix).toBeUndefined();
  });
});

/** Returns every colour of three channels in steps, with all values of alpha. */
function everyColour(step: number): Pixels {
  const values = Array.from({ length: 255 / step + 1 }, (_, at) => at * step);
  const colours = values.flatMap((red) =>
    values.flatMap((green) => values.map((blue) => [red, green, blue])),
  );
  const data = Buffer.from(colours.flatMap((colour, at) => [...colour, at % 256]));
  return { data, width: values.length, height: values.length ** 2, channels: 4 };
}

describe("a picture without a wide gamut", () => {
  it("stays in sRGB for a preset with p3", async () => {
    const source = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#c86432" } })
      .png()
      .toBuffer();
    const { data } = await renderOne(source, { colourSpace: "p3" });
    expect((await sharp(data).metadata()).icc).toBeUndefined();
    expect(await centreOf(data)).toEqual([200, 100, 50]);
  });

  it("is recognised by an sRGB profile whose table does not begin with black", () => {
    const light = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const table = Array.from({ length: 1024 }, (_, at) => Math.max(1, Math.round(65_535 * light(at / 1023))));
    expect(readIccProfile(srgbProfile(tableCurve(table)))?.isSrgb).toBe(true);
  });

  it("keeps its pixels under an sRGB profile", async () => {
    const source = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#c86432" } })
      .withIccProfile("srgb")
      .png()
      .toBuffer();
    expect(readIccProfile((await sharp(source).metadata()).icc)?.isSrgb).toBe(true);
    expect(await centreOf((await renderOne(source, {})).data)).toEqual([200, 100, 50]);
  });

  it.each([8, 16])("in grey of %i bits is converted by the gamma of its profile", async (bits) => {
    const grey = tagged([100], greyProfile(1.8));
    const source = await (bits === 16 ? grey.toColourspace("grey16") : grey.toColourspace("b-w"))
      .png()
      .toBuffer();
    const { data } = await renderOne(source, { width: WIDTH / 2 });
    const expected = Math.round(255 * (1.055 * (100 / 255) ** (1.8 / 2.4) - 0.055));
    expect(colourDistance(await centreOf(data), [expected, expected, expected])).toBeLessThanOrEqual(2);
  });

  it("keeps its pixels under a profile of another colour model", async () => {
    const source = await tagged([200, 100, 50], greyProfile(1)).png().toBuffer();
    expect(
      colourDistance(await centreOf((await renderOne(source, { width: WIDTH / 2 })).data), [200, 100, 50]),
    ).toBeLessThanOrEqual(1);
  });
});

describe("a picture in CMYK", () => {
  it.each(["jpeg", "tiff"] as const)("as %s is rendered in sRGB", async (format) => {
    const source = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#b48c78" } })
      .toColourspace("cmyk")
      .toFormat(format, { quality: 100 })
      .toBuffer();
    const { facts, renditions } = await render(source, { one: { width: 32, formats: ["png"] } });
    expect(facts.colourSpace).toBe("cmyk");
    expect(
      colourDistance(await centreOf(renditions[0]?.data ?? Buffer.of()), [180, 140, 120]),
    ).toBeLessThanOrEqual(12);
  });
});
