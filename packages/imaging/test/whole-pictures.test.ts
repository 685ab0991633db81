import { deflateSync } from "node:zlib";
import { Limits } from "@image-pipeline/schema/config";
import { describe, expect, it } from "vitest";
import { checkHeader } from "../src/check-limits.ts";
import type { Header } from "../src/header.ts";
import { ImageRejection } from "../src/index.ts";
import { withSegment } from "./pictures/jpeg-segments.ts";
import { pngChunk } from "./pictures/png-chunks.ts";
import { readPixels } from "./pictures/read-pixels.ts";
import { scene } from "./pictures/scene.ts";
import { tiffFile } from "./pictures/tiff-file.ts";
import { render } from "./render.ts";

const SIZE = { width: 120, height: 80 };
const PRESETS = { one: { width: SIZE.width, formats: ["png" as const] } };
const picture = () => scene(SIZE.width, SIZE.height);

async function pixelsOf(source: Uint8Array): Promise<Buffer> {
  const { renditions } = await render(source, PRESETS);
  return (await readPixels(renditions[0]?.data ?? Buffer.of())).data;
}

async function reasonOf(source: Uint8Array): Promise<string> {
  const outcome: unknown = await render(source, PRESETS).catch((error: unknown) => error);
  return outcome instanceof ImageRejection ? outcome.reason : "rendered";
}

/** Inserts bytes before the first segment of a kind. */
function before(jpeg: Buffer, marker: number, bytes: Uint8Array): Buffer {
  const at = jpeg.indexOf(Buffer.of(0xff, marker));
  return Buffer.concat([jpeg.subarray(0, at), bytes, jpeg.subarray(at)]);
}

function changed(file: Buffer, at: number, ...values: number[]): Buffer {
  const copy = Buffer.from(file);
  copy.set(values, at);
  return copy;
}

const START_OF_SCAN = Buffer.of(0xff, 0xda);
const adobe = (transform: number) =>
  Buffer.concat([Buffer.from("Adobe\0d\0\0\0\0", "latin1"), Buffer.of(transform)]);

/** Harmless faults that cameras and editors leave in a JPEG. */
const JPEG_FAULTS: Record<string, (jpeg: Buffer) => Buffer> = {
  "a scan of the coefficients 0 to 0, as Samsung writes": (jpeg) =>
    changed(jpeg, jpeg.indexOf(START_OF_SCAN) + 11, 0, 0, 0),
  "18 bytes between two segments, as Pixel phones write": (jpeg) => before(jpeg, 0xc0, Buffer.alloc(18)),
  "bytes before the scan": (jpeg) => before(jpeg, 0xda, Buffer.from("stray")),
  "version 2.0 of JFIF": (jpeg) =>
    withSegment(jpeg, 0xe0, Buffer.from("JFIF\0\x02\0\0\0\x01\0\x01\0\0", "latin1")),
  "an unknown colour transform of Adobe": (jpeg) => withSegment(jpeg, 0xee, adobe(2)),
  "no end": (jpeg) => jpeg.subarray(0, -2),
  "padding before its end": (jpeg) =>
    Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(16), jpeg.subarray(-2)]),
  "two EXIF segments, the second one damaged": (jpeg) =>
    withSegment(withSegment(jpeg, 0xe1, Buffer.from("Exif\0\0bad")), 0xe1, Buffer.from("Exif\0\0II*\0")),
};

describe.each(Object.entries(JPEG_FAULTS))("a JPEG with %s", (_name, fault) => {
  const make = () => picture().jpeg({ quality: 90 }).toBuffer();

  it("is rendered like one without", async () => {
    const intact = await make();
    expect(await pixelsOf(fault(intact))).toEqual(await pixelsOf(intact));
  });

  it("is rejected as CORRUPT_IMAGE if it is also cut short", async () => {
    const file = fault(await make());
    for (const share of [0.2, 0.5, 0.8, 0.95]) {
      const reason = await reasonOf(file.subarray(0, Math.floor(share * file.length)));
      expect({ share, reason }).toEqual({ share, reason: "CORRUPT_IMAGE" });
    }
  });

  it("is rejected as CORRUPT_IMAGE if its scan is damaged", async () => {
    const file = fault(await make());
    const scan = file.indexOf(START_OF_SCAN) + 14;
    const at = Math.floor((scan + file.length) / 2);
    expect(await reasonOf(changed(file, at, 0xff, 0xc1))).toBe("CORRUPT_IMAGE");
  });
});

it("a progressive JPEG that is cut between two of its scans is rejected, although a decoder would show it", async () => {
  const file = await picture().jpeg({ progressive: true }).toBuffer();
  const third = file.indexOf(START_OF_SCAN, file.indexOf(START_OF_SCAN, file.indexOf(START_OF_SCAN) + 2) + 2);
  expect(await reasonOf(file.subarray(0, third))).toBe("CORRUPT_IMAGE");
});

/** Returns a PNG of the scene whose zlib stream is changed; its chunks have right checksums. */
async function pngWith(change: (zlib: Buffer) => Buffer): Promise<Buffer> {
  const { data } = await picture().removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const line = SIZE.width * 3;
  const lines = Array.from({ length: SIZE.height }, (_, row) =>
    Buffer.concat([Buffer.of(0), data.subarray(row * line, (row + 1) * line)]),
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE.width, 0);
  header.writeUInt32BE(SIZE.height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const zlib = change(deflateSync(Buffer.concat(lines)));
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", zlib.subarray(0, 900)),
    pngChunk("IDAT", zlib.subarray(900)),
    pngChunk("IEND", Buffer.of()),
  ]);
}

describe("a PNG whose pixels are all there", () => {
  it.each<[string, (zlib: Buffer) => Buffer]>([
    ["a wrong Adler-32", (zlib) => changed(zlib, zlib.length - 4, 1, 2, 3, 4)],
    ["a window that is too small", (zlib) => changed(zlib, 0, 0x08, 0x1d)],
  ])("is rendered in spite of %s", async (_name, change) => {
    const intact = await pixelsOf(await pngWith((zlib) => zlib));
    expect(await pixelsOf(await pngWith(change))).toEqual(intact);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ["data are missing", () => pngWith((zlib) => zlib.subarray(0, -40))],
    [
      "data are changed",
      () => pngWith((zlib) => changed(zlib, Math.floor(zlib.length / 2), 0, 0, 0, 0, 0, 0)),
    ],
    [
      "the checksum of a chunk is wrong",
      async () => {
        const file = await pngWith((zlib) => changed(zlib, zlib.length - 4, 1, 2, 3, 4));
        return changed(file, 500, (file[500] ?? 0) ^ 1);
      },
    ],
  ])("is rejected as CORRUPT_IMAGE if %s", async (_name, make) => {
    expect(await reasonOf(await make())).toBe("CORRUPT_IMAGE");
  });
});

describe("a TIFF", () => {
  const page = { ...SIZE, channels: 3 };
  const data = async () => picture().removeAlpha().raw().toBuffer();
  const ascii = Buffer.from("Acme").readUInt32LE(0);

  it.each([
    ["a text without an end", [305, 2, 4, ascii]],
    ["an empty text", [305, 2, 0, 0]],
    ["an orientation of 0", [274, 3, 1, 0]],
    ["a date in a wrong type", [306, 3, 1, 7]],
    ["a field that no specification has", [65_000, 99, 1, 0]],
  ])("with %s is rendered", async (_name, field) => {
    const pixels = await data();
    expect(await pixelsOf(tiffFile([page], pixels, [field]))).toEqual(
      await pixelsOf(tiffFile([page], pixels)),
    );
  });

  it("with a thumbnail as its first page is rendered by its full picture", async () => {
    const thumbnail = { ...page, width: 30, height: 20, subfileType: 1 };
    const { facts } = await render(tiffFile([thumbnail, page], await data()), PRESETS);
    expect(facts).toMatchObject({ ...SIZE, pages: 2 });
  });

  it("of more pages than the limits of an animation allow is rendered by its first", async () => {
    const pages = Array.from({ length: 5000 }, () => page);
    const { facts } = await render(tiffFile(pages, await data()), PRESETS, {
      maxTotalPixels: 2 * SIZE.width * SIZE.height,
    });
    expect(facts).toMatchObject({ ...SIZE, pages: 5000 });
  });

  it("of CIELAB with 8 bits is rejected as UNSUPPORTED_FORMAT, by that name", async () => {
    const file = tiffFile([{ ...page, photometric: 8 }], await data());
    await expect(render(file, PRESETS)).rejects.toMatchObject({
      reason: "UNSUPPORTED_FORMAT",
      message: expect.stringContaining("CIELAB"),
    });
  });

  it("of a compression that libvips lacks is rejected as UNSUPPORTED_FORMAT, with its name", async () => {
    const file = tiffFile([{ ...page, compression: 50_000 }], await data());
    await expect(render(file, PRESETS)).rejects.toMatchObject({
      reason: "UNSUPPORTED_FORMAT",
      message: expect.stringContaining("ZSTD"),
    });
  });

  it("of five channels is rejected as UNSUPPORTED_FORMAT, with their number", async () => {
    const pixels = Buffer.alloc(5 * SIZE.width * SIZE.height, 90);
    await expect(render(tiffFile([{ ...page, channels: 5 }], pixels), PRESETS)).rejects.toMatchObject({
      reason: "UNSUPPORTED_FORMAT",
      message: expect.stringContaining("5 channels"),
    });
  });
});

/** Returns an AVIF of the scene with other brands, the major one first. */
async function avifOf(...brands: readonly string[]): Promise<Buffer> {
  const file = Buffer.from(await picture().avif({ effort: 0 }).toBuffer());
  const written = file.readUInt32BE(0);
  const all = Array.from({ length: (written - 16) / 4 }, (_, at) => brands[at] ?? brands.at(-1));
  file.write(`${brands[0]}\0\0\0\0${all.join("")}`, 8, "latin1");
  return file;
}

it.each([
  ["mif1", ["mif1", "avif", "miaf"]],
  ["mif1, and no brand of AVIF", ["mif1", "miaf"]],
  ["avis", ["avis", "msf1", "miaf"]],
])("an AVIF whose major brand is %s is rendered", async (_name, brands) => {
  const { facts } = await render(await avifOf(...brands), PRESETS);
  expect(facts).toMatchObject({ format: "avif", ...SIZE });
});

/** Removes `pitm` from the list of items, as GPAC writes animations, and keeps every position with a free box. */
async function withoutPrimaryItem(): Promise<Buffer> {
  const file = await avifOf("avis", "msf1", "miaf");
  file.write("free", file.indexOf("pitm"), "latin1");
  return file;
}

it("an AVIF that names no primary item shows its first", async () => {
  const { facts } = await render(await withoutPrimaryItem(), PRESETS);
  expect(facts).toMatchObject({ format: "avif", ...SIZE });
});

it("an AVIF with thousands of free boxes behind it is rendered", async () => {
  const free = Buffer.from("\0\0\0\x08free", "latin1");
  const file = Buffer.concat([await avifOf("avif", "mif1"), ...Array<Buffer>(5000).fill(free)]);
  const { facts } = await render(file, PRESETS);
  expect(facts).toMatchObject({ format: "avif", ...SIZE });
});

it("an AVIF that names no primary item and is cut short is rejected", async () => {
  const file = await withoutPrimaryItem();
  await expect(render(file.subarray(0, -20), PRESETS)).rejects.toMatchObject({ reason: "CORRUPT_IMAGE" });
});

describe("the default limits accept a JPEG of", () => {
  it.each([
    ["50 megapixels", 8160, 6144],
    ["50 megapixels of another phone", 8192, 6144],
    ["108 megapixels", 12_000, 9000],
    ["200 megapixels", 16_320, 12_240],
    ["a panorama", 20_000, 3800],
  ])("%s", (_name, width, height) => {
    expect(() =>
      checkHeader(headerOf({ format: "jpeg", width, height }), Limits.parse({}), 80_000_000),
    ).not.toThrow();
  });

  it("108 megapixels in several scans", () => {
    const header = headerOf({ format: "jpeg", width: 12_000, height: 9000, isInterlaced: true });
    expect(() => checkHeader(header, Limits.parse({}), 60_000_000)).not.toThrow();
    expect(() => checkHeader(header, Limits.parse({}), 90_000_000)).toThrow(
      "an interlaced or progressive jpeg takes about 382 MiB to decode at that size, more than the 360",
    );
  });

  it("no more than the number that is set for its format or for all", () => {
    const header = headerOf({ format: "jpeg", width: 1000, height: 100 });
    for (const maxFramePixels of [99_999, { jpeg: 99_999 }])
      expect(() => checkHeader(header, Limits.parse({ maxFramePixels }), 0)).toThrow("99,999");
    expect(() => checkHeader(header, Limits.parse({ maxFramePixels: { png: 1 } }), 0)).not.toThrow();
  });
});

function headerOf(given: Pick<Header, "format" | "width" | "height"> & Partial<Header>): Header {
  const { width, height } = given;
  return {
    ...{ stored: { width, height }, pages: 1, hasAlpha: false, space: "srgb", bitDepth: 8, channels: 3 },
    ...{ isInterlaced: false, chromaSubsampling: "4:2:0", compression: undefined, profile: undefined },
    ...{ exif: undefined, orientation: 1, animation: undefined },
    ...given,
  };
}
