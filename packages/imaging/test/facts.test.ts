import { createHash } from "node:crypto";
import { HOSTILE_ROWS, harmIn } from "@image-pipeline/testing";
import sharp from "sharp";
import { thumbHashToAverageRGBA } from "thumbhash";
import { describe, expect, it } from "vitest";
import { exifFacts } from "../src/exif-facts.ts";
import { withSegment } from "./pictures/jpeg-segments.ts";
import { scene } from "./pictures/scene.ts";
import { render } from "./render.ts";

const PRESETS = { one: { width: 160, formats: ["webp" as const] } };

const EXIF = {
  IFD0: { Make: "Acme\u0007 Optics ", Model: "Mark 5", Software: "secret", HostComputer: "secret" },
  IFD2: {
    DateTimeOriginal: "2024:05:01 12:34:56",
    OffsetTimeOriginal: "+02:00",
    ExposureTime: "1/250",
    FNumber: "28/10",
    ISOSpeedRatings: "400",
    FocalLength: "35/1",
    LensModel: "35mm f/1.8",
    BodySerialNumber: "SN-12345",
  },
  IFD3: { GPSLatitudeRef: "N", GPSLatitude: "52/1 31/1 12/1" },
};

describe("the facts of a picture", () => {
  it.each(["jpeg", "png", "webp", "avif"] as const)(
    "contain the EXIF values of a %s that are on the allow-list",
    async (format) => {
      const source = await scene(200, 150).toFormat(format).withExif(EXIF).toBuffer();
      const { facts } = await render(source, PRESETS);
      expect(facts.exif).toEqual({
        takenAt: "2024-05-01T12:34:56+02:00",
        make: "Acme Optics",
        model: "Mark 5",
        lens: "35mm f/1.8",
        exposureSeconds: 0.004,
        fNumber: 2.8,
        iso: 400,
        focalLengthMillimetres: 35,
      });
      expect(JSON.stringify(facts)).not.toMatch(/secret|SN-12345|52/);
    },
  );

  it.each([0, 1, 5])("contain no EXIF values if the EXIF segment has %i bytes", async (length) => {
    const segment = Buffer.from("Exif\0\0").subarray(0, length);
    const source = withSegment(await scene(90, 60).jpeg().toBuffer(), 0xe1, segment);
    expect((await render(source, PRESETS)).facts.exif).toEqual({});
    expect(exifFacts(segment)).toEqual({});
  });

  it("contain the local time without an offset if the camera wrote none", async () => {
    const exif = { IFD2: { DateTimeOriginal: "2024:05:01 12:34:56" } };
    const { facts } = await render(await scene(90, 60).jpeg().withExif(exif).toBuffer(), PRESETS);
    expect(facts.exif).toEqual({ takenAt: "2024-05-01T12:34:56" });
  });

  it.each(["0000:00:00 00:00:00", "2024:13:01 12:00:00", "yesterday"])(
    "leave out an invalid time: %s",
    async (time) => {
      const source = await scene(90, 60)
        .jpeg()
        .withExif({ IFD2: { DateTimeOriginal: time } })
        .toBuffer();
      expect((await render(source, PRESETS)).facts.exif).toEqual({});
    },
  );

  it.each(HOSTILE_ROWS)(
    "contain one short, harmless line of a camera's name that %s",
    async (_harm, text) => {
      const source = await scene(90, 60)
        .jpeg()
        .withExif({ IFD0: { Make: "Camera", Model: `M ${text}`.repeat(30) } })
        .toBuffer();
      const { make, model = "" } = (await render(source, PRESETS)).facts.exif;
      expect(make).toBe("Camera");
      expect(harmIn(model)).toEqual([]);
      expect(model.length).toBeLessThanOrEqual(100);
    },
  );

  it("contain the SHA-256 of the source", async () => {
    const source = await scene(90, 60).png().toBuffer();
    const { facts } = await render(source, PRESETS);
    expect(facts.sha256).toBe(createHash("sha256").update(source).digest("hex"));
  });

  it("contain the name of the embedded profile", async () => {
    const source = await scene(90, 60).withIccProfile("p3").png().toBuffer();
    expect((await render(source, PRESETS)).facts).toMatchObject({
      colourSpace: "srgb",
      colourProfile: "sP3C",
    });
  });

  it("contain a placeholder with the picture's mean colour", async () => {
    const source = await sharp({ create: { width: 300, height: 200, channels: 3, background: "#3366cc" } })
      .png()
      .toBuffer();
    const { facts } = await render(source, PRESETS);
    const { r, g, b } = thumbHashToAverageRGBA(Buffer.from(facts.thumbhash, "base64"));
    expect([r, g, b].map((value) => Math.round(value * 255))).toEqual(
      [51, 102, 204].map((value) => expect.closeTo(value, -1.2)),
    );
  });

  it("contain the most frequent colour as the dominant one, not the mean colour", async () => {
    const red = await sharp({ create: { width: 100, height: 40, channels: 3, background: "#cc2020" } })
      .png()
      .toBuffer();
    const blue = sharp({ create: { width: 100, height: 100, channels: 3, background: "#2040cc" } });
    const source = await blue
      .composite([{ input: red, top: 60, left: 0 }])
      .png()
      .toBuffer();
    expect((await render(source, PRESETS)).facts.dominantColour).toBe("#2040cc");
  });
});

describe("the perceptual hash", () => {
  it("hardly changes when a picture is encoded again or resized", async () => {
    const [hash = "", ...others] = await Promise.all([
      hashOf(await scene(640, 480).png().toBuffer()),
      hashOf(await scene(640, 480).jpeg({ quality: 40 }).toBuffer()),
      hashOf(await scene(640, 480).resize(200).webp().toBuffer()),
      hashOf(await scene(640, 480).resize(500, 200, { fit: "fill" }).png().toBuffer()),
    ]);
    for (const other of others) expect(differingBits(hash, other)).toBeLessThanOrEqual(6);
  });

  it("differs for different pictures", async () => {
    const one = await hashOf(await scene(640, 480).png().toBuffer());
    const other = await hashOf(await scene(640, 480).flop().negate().png().toBuffer());
    expect(differingBits(one, other)).toBeGreaterThan(16);
  });

  it("does not depend on the presets", async () => {
    const source = await scene(640, 480).png().toBuffer();
    const cropped = await render(source, { a: { width: 64, height: 64, fit: "cover", formats: ["png"] } });
    const large = await render(source, { a: { width: 600, formats: ["png"] } });
    expect(differingBits(cropped.facts.perceptualHash, large.facts.perceptualHash)).toBeLessThanOrEqual(4);
  });
});

async function hashOf(source: Buffer): Promise<string> {
  return (await render(source, PRESETS)).facts.perceptualHash;
}

function differingBits(a: string, b: string): number {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll("0", "").length;
}
