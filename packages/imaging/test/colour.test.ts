import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { displayP3Profile } from "../src/convert-colour.ts";
import { readIccProfile } from "../src/icc-profile.ts";
import { toTaggedTiff } from "../src/tagged-tiff.ts";
import { adobeRgbProfile, greyProfile } from "./pictures/icc-profiles.ts";
import { colourDistance, readPixels } from "./pictures/read-pixels.ts";
import { render, renderOne } from "./render.ts";

const WIDTH = 64;
const HEIGHT = 48;

/** A flat picture in one colour, of as many channels as the colour has, tagged with a profile. */
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
    "as %s comes out in sRGB, without the profile",
    async (format) => {
      const source = await tagged([200, 100, 50], await displayP3Profile())
        .toFormat(format, { quality: 100 })
        .toBuffer();
      const { data } = await renderOne(source, { width: WIDTH / 2 });
      expect(colourDistance(await centreOf(data), [215, 93, 32])).toBeLessThanOrEqual(4);
      expect((await sharp(data).metadata()).icc).toBeUndefined();
    },
  );

  it("in Adobe RGB is converted by its own primaries and gamma", async () => {
    const { data } = await renderOne(await tagged([100, 150, 100], adobeRgbProfile()).png().toBuffer(), {
      width: WIDTH / 2,
    });
    expect(colourDistance(await centreOf(data), [65, 151, 97])).toBeLessThanOrEqual(3);
  });

  it("of 16 bits a channel is converted too", async () => {
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

  it("stays in Display P3 where the preset says so", async () => {
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

  it("keeps colours outside of sRGB apart in Display P3", async () => {
    const source = await tagged([120, 255, 60], adobeRgbProfile()).png().toBuffer();
    const wide = await centreOf((await renderOne(source, { width: WIDTH / 2, colourSpace: "p3" })).data);
    const plain = await centreOf((await renderOne(source, { width: WIDTH / 2 })).data);
    expect(plain[0]).toBe(0);
    expect(wide[0]).toBeGreaterThan(40);
  });
});

describe("a picture without a wide gamut", () => {
  it("stays sRGB in a preset that keeps P3", async () => {
    const source = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#c86432" } })
      .png()
      .toBuffer();
    const { data } = await renderOne(source, { colourSpace: "p3" });
    expect((await sharp(data).metadata()).icc).toBeUndefined();
    expect(await centreOf(data)).toEqual([200, 100, 50]);
  });

  it("is not touched by an sRGB profile", async () => {
    const source = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#c86432" } })
      .withIccProfile("srgb")
      .png()
      .toBuffer();
    expect(readIccProfile((await sharp(source).metadata()).icc)?.isSrgb).toBe(true);
    expect(await centreOf((await renderOne(source, {})).data)).toEqual([200, 100, 50]);
  });

  it.each([8, 16])("in grey of %i bits is converted by its own gamma", async (bits) => {
    const grey = tagged([100], greyProfile(1.8));
    const source = await (bits === 16 ? grey.toColourspace("grey16") : grey.toColourspace("b-w"))
      .png()
      .toBuffer();
    const { data } = await renderOne(source, { width: WIDTH / 2 });
    const expected = Math.round(255 * (1.055 * (100 / 255) ** (1.8 / 2.4) - 0.055));
    expect(colourDistance(await centreOf(data), [expected, expected, expected])).toBeLessThanOrEqual(2);
  });

  it("comes out as it is when the profile is of another colour model", async () => {
    const source = await tagged([200, 100, 50], greyProfile(1)).png().toBuffer();
    expect(
      colourDistance(await centreOf((await renderOne(source, { width: WIDTH / 2 })).data), [200, 100, 50]),
    ).toBeLessThanOrEqual(1);
  });
});

describe("a picture in CMYK", () => {
  it.each(["jpeg", "tiff"] as const)("as %s comes out in sRGB", async (format) => {
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
