import { Limits } from "@image-pipeline/schema/config";
import { Facts, REJECTION_REASONS } from "@image-pipeline/schema/manifest";
import { describe, expect, it } from "vitest";
import { inputFormat } from "../src/formats/formats.ts";
import { sniffFormat } from "../src/sniff-format.ts";
import { heicFile } from "./pictures/heic-file.ts";
import { HEVC_STREAMS } from "./pictures/hevc-streams.ts";
import { rawTiff } from "./pictures/raw-files.ts";
import { scene } from "./pictures/scene.ts";
import { svgFile } from "./pictures/svg-file.ts";

const FORMATS = Facts.shape.format.options;

async function make(format: (typeof FORMATS)[number]): Promise<Buffer> {
  if (format === "heic") return heicFile({ tiles: [HEVC_STREAMS.card] });
  if (format === "svg") return svgFile("");
  if (format === "raw") return rawTiff({ mark: "CR\x02\0", fields: [] });
  return scene(20, 10).toFormat(format).toBuffer();
}

function bytes(text: string): Buffer {
  return Buffer.concat([Buffer.from(text, "latin1"), Buffer.alloc(64)]);
}

describe("sniffFormat", () => {
  it.each(FORMATS)("recognises a %s by its bytes", async (format) => {
    const source = await make(format);
    expect(sniffFormat(source, FORMATS)).toBe(format);
  });

  it("lists every accepted format in the message of a refusal, as the published reason does", () => {
    const names = Limits.parse({}).inputs.map((format) => inputFormat(format).name);
    const list = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
    expect(() => sniffFormat(bytes("hello"))).toThrow(`Convert the file to ${list}, then upload it again.`);
    expect(REJECTION_REASONS.UNSUPPORTED_FORMAT).toContain(list);
  });

  it.each(FORMATS)("refuses a %s that is switched off, with the reason", async (format) => {
    const source = await make(format);
    const others = FORMATS.filter((one) => one !== format);
    expect(() => sniffFormat(source, others)).toThrow(
      expect.objectContaining({
        reason: "UNSUPPORTED_FORMAT",
        message: expect.stringMatching(new RegExp(`${inputFormat(format).name} is switched off`, "i")),
      }),
    );
    expect(sniffFormat(source, [format])).toBe(format);
  });

  it("recognises an AVIF with the general image brand first", () => {
    expect(sniffFormat(bytes("\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf"))).toBe("avif");
  });

  it.each([
    ["SVG", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ["SVG", "<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>"],
    ["SVG", "\xef\xbb\xbf\n<?xml version='1.0'?>\n<!-- \x89PNG -->\n<!DOCTYPE svg>\n<SVG>"],
    ["PDF", "%PDF-1.7"],
    ["JPEG 2000", "\0\0\0\x0cjP  \r\n\x87\n"],
    ["JPEG 2000", "\xff\x4f\xff\x51"],
    ["JPEG XL", "\xff\x0a\x00"],
    ["JPEG XL", "\0\0\0\x0cJXL \r\n\x87\n"],
    ["BMP", "BM\x36\x00"],
    ["ICO", "\0\0\x01\0\x01\0"],
    ["Camera raw", "II*\0\x10\0\0\0CR\x02\0"],
    ["an HTML page", "<!DOCTYPE html><img>"],
  ])("refuses %s by name, even if it also contains another format", (name, text) => {
    expect(() => sniffFormat(bytes(text))).toThrow(
      expect.objectContaining({ reason: "UNSUPPORTED_FORMAT", message: expect.stringContaining(name) }),
    );
  });

  it.each([
    ["libvips' own format", "\xb6\xa6\xf2\x08"],
    ["plain text", "hello"],
    ["a picture after a stray byte", "\n\x89PNG\r\n\x1a\n"],
    ["a RIFF file that is not a WebP", "RIFF\0\0\0\0WAVEfmt "],
    ["an ISO media file of an unknown brand", "\0\0\0\x18ftypabcd\0\0\0\0efgh"],
    ["one byte", "\xff"],
  ])("refuses %s", (_name, text) => {
    expect(() => sniffFormat(Buffer.from(text, "latin1"))).toThrow(
      expect.objectContaining({ reason: "UNSUPPORTED_FORMAT" }),
    );
  });
});
