import { Limits } from "@image-pipeline/schema/config";
import { Facts } from "@image-pipeline/schema/manifest";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exifFacts } from "../src/exif-facts.ts";
import { inputFormat } from "../src/formats/formats.ts";
import { readIccProfile } from "../src/icc-profile.ts";
import { ImageRejection } from "../src/index.ts";
import { matrixToSrgb } from "../src/matrix-to-srgb.ts";
import { sniffFormat } from "../src/sniff-format.ts";
import { readTags } from "../src/tiff-tags.ts";
import { adobeRgbProfile } from "./pictures/icc-profiles.ts";

const bytes = fc.uint8Array({ maxLength: 600 });
/** Bytes with a known beginning, so that a reader continues with the rest. */
const beginning = (text: string) => bytes.map((rest) => Buffer.concat([Buffer.from(text, "latin1"), rest]));
const LIMITS = Limits.parse({});
/** A GIF gets a transparent colour, which takes an extension of 8 bytes. */
const ADDED_BYTES = 8;
const FORMATS = Facts.shape.format.options;
const SIGNATURES: Record<(typeof FORMATS)[number], string> = {
  avif: "\0\0\0\x14ftypavif\0\0\0\0avif\0\0\0\x40meta\0\0\0\0\0\0\0\x30iprp\0\0\0\x20ipco",
  gif: "GIF89a\x01\0\x01\0\0\0\0",
  heic: "\0\0\0\x14ftypheic\0\0\0\0mif1\0\0\0\x40meta\0\0\0\0\0\0\0\x30iprp\0\0\0\x20ipco",
  jpeg: "\xff\xd8\xff",
  raw: "II*\0\x10\0\0\0CR\x02\0",
  svg: "<svg xmlns='http://www.w3.org/2000/svg'>",
  png: "\x89PNG\r\n\x1a\n",
  tiff: "II*\0\x08\0\0\0",
  webp: "RIFF\xff\0\0\0WEBPVP8X",
};
const damaged = (file: Buffer) =>
  fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }).map((changes) => {
    const copy = Buffer.from(file);
    for (const [at, value] of changes) copy[at] = value;
    return copy;
  });

describe("hostile bytes", () => {
  it("have a known format or are refused", () => {
    const heads = ["", "<svg", "\0\0\0\x18ftyp", "II*\0", "MM\0*", "RIFF", "GIF89a", "\xff\xd8\xff"];
    fc.assert(
      fc.property(fc.constantFrom(...heads).chain(beginning), (source) => {
        try {
          expect(FORMATS).toContain(sniffFormat(source));
        } catch (error) {
          expect(error).toBeInstanceOf(ImageRejection);
        }
      }),
    );
  });

  it.each(["II*\0\x08\0\0\0", "MM\0*\0\0\0\x08", "Exif\0\0II*\0\x08\0\0\0"])(
    "give EXIF facts or none after %j",
    (head) => {
      fc.assert(
        fc.property(beginning(head), (source) => {
          expect(JSON.stringify(exifFacts(source)).length).toBeLessThan(1200);
          expect(readTags(source).size).toBeLessThan(20);
        }),
      );
    },
  );

  it("give a colour profile or none", () => {
    fc.assert(
      fc.property(damaged(adobeRgbProfile()), (profile) => {
        const read = readIccProfile(profile);
        expect(read?.isSrgb ?? false).toBe(false);
        const pixel = { data: Buffer.of(1, 128, 255), width: 1, height: 1, channels: 3 as const };
        expect((read?.matrix && matrixToSrgb(pixel, read.matrix)) ?? pixel).toMatchObject({
          data: expect.toSatisfy((data: Buffer) => data.length === 3),
        });
      }),
    );
  });

  it.each(FORMATS)("become a %s file that is hardly larger, with its colours, or a rejection", (format) => {
    const { prepare, colours, fourthChannel, hasGainMap } = inputFormat(format);
    fc.assert(
      fc.property(beginning(SIGNATURES[format]), (source) => {
        try {
          const prepared = prepare(source, LIMITS);
          expect(prepared.length).toBeLessThanOrEqual(source.length + ADDED_BYTES);
          colours?.(prepared, { icc: undefined, isGrey: false });
          fourthChannel?.(prepared);
          hasGainMap?.(source);
        } catch (error) {
          expect(error).toBeInstanceOf(ImageRejection);
        }
      }),
    );
  });
});
