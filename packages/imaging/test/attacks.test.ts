import { Limits } from "@image-pipeline/schema/config";
import {
  avifOfTiles,
  isOpened,
  jpegOfScans,
  jpegOfSegments,
  webpOfFrames,
} from "@image-pipeline/testing/attacks";
import { describe, expect, it } from "vitest";
import { toLeanJpeg } from "../src/formats/lean-jpeg.ts";
import { ImageRejection } from "../src/index.ts";
import { gifOfFrames } from "./pictures/bombs.ts";
import { heicFile } from "./pictures/heic-file.ts";
import { HEVC_STREAMS } from "./pictures/hevc-streams.ts";
import { withSegment } from "./pictures/jpeg-segments.ts";
import { scene } from "./pictures/scene.ts";
import { render } from "./render.ts";

const PRESETS = { one: { width: 40, formats: ["webp" as const] } };
const SMALL = { width: 64, height: 48 };
const LIMITS = Limits.parse({});
/** CPU time in which a file is counted, on a slow machine; each of them kept a decoder busy for longer. */
const MAX_SECONDS = 5;

/** The reason for which a file is rejected, and the CPU seconds that it took. */
async function rejectionOf(source: Uint8Array) {
  const before = process.cpuUsage();
  const outcome = await render(source, PRESETS).catch((error: unknown) => error);
  const { user, system } = process.cpuUsage(before);
  if (!(outcome instanceof ImageRejection)) throw new Error("it was not rejected", { cause: outcome });
  return { reason: outcome.reason, message: outcome.message, seconds: (user + system) / 1e6 };
}

/** Returns a HEIC of 256 tiles, which say that they have 19 megapixels each. */
function heicOfTiles(): Buffer {
  const tile = { ...HEVC_STREAMS.red, width: 5000, height: 3800 };
  const grid = { columns: 16, rows: 16, width: 5000, height: 3800 };
  return heicFile({ tiles: Array(256).fill(tile), grid });
}

describe("a file that costs its decoder too much is rejected before the decoder reads it:", () => {
  const attacks: Record<string, { make: () => Promise<Buffer>; reason: string; message: RegExp }> = {
    "an AVIF of 1.2 kB whose grid refers 256 times to one item of 19 megapixels": {
      make: () => avifOfTiles({ rows: 16, columns: 16 }, { width: 5000, height: 3800 }),
      reason: "TOO_MANY_PIXELS",
      message: /4,883,000,000 pixels .* 100,000,000/,
    },
    "a HEIC whose grid has 256 tiles of 19 megapixels": {
      make: async () => heicOfTiles(),
      reason: "TOO_MANY_PIXELS",
      message: /256 tiles/,
    },
    "a progressive JPEG of 4,000 scans": {
      make: () => jpegOfScans(4000, { width: 2000, height: 1500 }),
      reason: "TOO_MANY_PARTS",
      message: /64 scans/,
    },
    "a WebP of 100,000 frames of 48 bytes": {
      make: () => webpOfFrames(100_000),
      reason: "TOO_MANY_FRAMES",
      message: /more frames than the 100/,
    },
    "a GIF of 1,000,000 frames": {
      make: async () => gifOfFrames(1_000_000, { width: 1, height: 1 }),
      reason: "TOO_MANY_FRAMES",
      message: /more frames than the 100/,
    },
    "a progressive JPEG of 6.4 million empty APP1 segments": {
      make: () => jpegOfSegments(6_400_000, { width: 8160, height: 6120 }),
      reason: "TOO_MANY_PARTS",
      message: /25,000 segments/,
    },
    "a JPEG of 30,000 empty APP1 segments between its scans": {
      make: () => jpegOfSegments(30_000, SMALL, true),
      reason: "TOO_MANY_PARTS",
      message: /25,000 segments/,
    },
    "a WebP of a million empty chunks": {
      make: async () => {
        const webp = await scene(64, 48).webp().toBuffer();
        return Buffer.concat([webp, Buffer.alloc(8_000_000, "JUNK\0\0\0\0")]);
      },
      reason: "TOO_MANY_PARTS",
      message: /25,000 chunks/,
    },
  };

  it.each(Object.entries(attacks))("%s", async (_name, { make, reason, message }) => {
    const rejection = await rejectionOf(await make());
    expect(rejection).toMatchObject({ reason, message: expect.stringMatching(message) });
    expect(rejection.seconds).toBeLessThan(MAX_SECONDS);
  });

  it.each([
    ["an AVIF with a grid", () => avifOfTiles({ rows: 2, columns: 2 }, SMALL)],
    ["a JPEG with more scans", () => jpegOfScans(20, SMALL)],
    ["a JPEG with empty segments", () => jpegOfSegments(200, SMALL, true)],
    ["a WebP of frames of one pixel", () => webpOfFrames(20)],
  ])("and within the bounds it is read: %s", async (_name, make) => {
    const file = await make();
    expect(await isOpened(file)).toBe(true);
    expect((await render(file, PRESETS)).renditions).toHaveLength(1);
  });
});

describe("an AVIF's items", () => {
  it("that are made of each other in a circle are rejected", async () => {
    const avif = await avifOfTiles({ rows: 1, columns: 2 }, SMALL);
    const reference = avif.indexOf("dimg") + 8;
    avif.writeUInt16BE(2, reference);
    expect(await rejectionOf(avif)).toMatchObject({
      reason: "TOO_MANY_PARTS",
      message: expect.stringMatching(/levels/),
    });
  });

  it("count with their largest size, and also if their sizes come after the list of who has them", async () => {
    const avif = await avifOfTiles({ rows: 16, columns: 16 }, { width: 5000, height: 3800 });
    const [properties, associations] = [avif.indexOf("ipco") - 4, avif.indexOf("ipma") - 4];
    const [first, second] = [properties, associations].map((at) =>
      avif.subarray(at, at + avif.readUInt32BE(at)),
    );
    const swapped = Buffer.concat([
      avif.subarray(0, properties),
      second ?? Buffer.of(),
      first ?? Buffer.of(),
      avif.subarray(associations + (second?.length ?? 0)),
    ]);
    expect((await rejectionOf(swapped)).reason).toBe("TOO_MANY_PIXELS");
  });
});

describe("a JPEG without the segments that no rendition needs", () => {
  it("has no comments, no unknown segments and no bytes after its end", async () => {
    const jpeg = await scene(64, 48).jpeg().toBuffer();
    const filled = Buffer.concat([
      withSegment(withSegment(jpeg, 0xfe, Buffer.from("hi")), 0xed, jpeg.subarray(0, 99)),
      jpeg,
    ]);
    expect(toLeanJpeg(filled, LIMITS)).toEqual(jpeg);
  });

  it("keeps the first EXIF segment and the colour profile", async () => {
    const jpeg = await scene(64, 48)
      .withExif({ IFD0: { Make: "Acme" } })
      .withIccProfile("p3")
      .jpeg()
      .toBuffer();
    expect(toLeanJpeg(jpeg, LIMITS)).toEqual(jpeg);
    const second = withSegment(jpeg, 0xe1, Buffer.from("Exif\0\0second"));
    expect(toLeanJpeg(second, LIMITS).length).toBeLessThan(second.length - 10);
  });

  it("is rejected for a segment without a length", async () => {
    const jpeg = await scene(64, 48).jpeg().toBuffer();
    const short = Buffer.concat([jpeg.subarray(0, 2), Buffer.of(0xff, 0xe5, 0, 1), jpeg.subarray(2)]);
    expect((await rejectionOf(short)).reason).toBe("CORRUPT_IMAGE");
  });
});
