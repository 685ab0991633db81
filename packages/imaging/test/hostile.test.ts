import { Limits } from "@image-pipeline/schema/config";
import { describe, expect, it } from "vitest";
import { checkBytes, ImageRejection } from "../src/index.ts";
import * as bombs from "./pictures/bombs.ts";
import { withSegment } from "./pictures/jpeg-segments.ts";
import { pngBomb } from "./pictures/png-chunks.ts";
import { flatFrames, scene } from "./pictures/scene.ts";
import { tiffFile } from "./pictures/tiff-file.ts";
import { render } from "./render.ts";

const PRESETS = { one: { width: 40, formats: ["webp" as const] } };

async function rejectionOf(
  source: Uint8Array,
): Promise<Pick<ImageRejection, "reason" | "message" | "facts">> {
  const outcome = await render(source, PRESETS).catch((error: unknown) => error);
  if (outcome instanceof ImageRejection) return outcome;
  throw new Error("it was not rejected", { cause: outcome });
}

describe("a decompression bomb is rejected by its header:", () => {
  const declared: Record<string, () => Promise<Buffer>> = {
    "a PNG of 30000 x 30000": async () => pngBomb({ width: 30_000, height: 30_000 }),
    "an interlaced PNG of 16000 x 16000": async () =>
      pngBomb({ width: 16_000, height: 16_000 }, { interlaced: true }),
    "a JPEG of 65500 x 65500": async () =>
      bombs.jpegOfSize(await scene(64, 48).jpeg().toBuffer(), { width: 65_500, height: 65_500 }),
    "a WebP of 16383 x 16383 in 40 bytes": async () => bombs.webpOfSize({ width: 16_383, height: 16_383 }),
    "an AVIF of 12000 x 12000": async () =>
      bombs.avifOfSize(await scene(64, 48).avif({ effort: 0 }).toBuffer(), { width: 12_000, height: 12_000 }),
    "a GIF of 60000 x 60000": async () => bombs.gifOfFrames(1, { width: 60_000, height: 60_000 }),
    "a TIFF of 100000 x 100000": async () =>
      tiffFile([{ width: 100_000, height: 100_000 }], Buffer.alloc(64)),
    "a GIF of 90 frames of 2000 x 2000": async () => bombs.gifOfFrames(90, { width: 2000, height: 2000 }),
    "an interlaced PNG within the pixels, but not within the memory": async () =>
      pngBomb({ width: 8000, height: 6000 }, { interlaced: true, bitDepth: 16, alpha: true }),
    "an AVIF within the pixels, but not within the memory": async () =>
      bombs.avifOfSize(await scene(64, 48).avif({ effort: 0 }).toBuffer(), { width: 7000, height: 6000 }),
    "a PNG of one line that is too long": async () => pngBomb({ width: 45_000_000, height: 1 }),
  };

  it.each(Object.entries(declared))("%s", async (_name, make) => {
    const { reason, message, facts } = await rejectionOf(await make());
    expect(reason).toBe("TOO_MANY_PIXELS");
    expect(message).toMatch(/\d+ x \d+/);
    expect(facts.width).toBeGreaterThan(0);
  });

  it("a GIF of 5000 frames", async () => {
    const rejection = await rejectionOf(bombs.gifOfFrames(5000, { width: 1, height: 1 }));
    expect(rejection).toMatchObject({
      reason: "TOO_MANY_FRAMES",
      message: expect.stringContaining("more frames than the 100"),
    });
  });
});

describe("the size of an object", () => {
  it("is rejected as EMPTY_OBJECT if it is 0", () => {
    expect(() => checkBytes(0, Limits.parse({}))).toThrow(
      expect.objectContaining({ reason: "EMPTY_OBJECT" }),
    );
  });

  it("is rejected as TOO_MANY_BYTES above the limit, with the numbers", () => {
    expect(() => checkBytes(1001, Limits.parse({ maxBytes: 1000 }))).toThrow(
      expect.objectContaining({
        reason: "TOO_MANY_BYTES",
        message: expect.stringMatching(/0.001 MB \(1,001 bytes\).*\(1,000 bytes\)/),
      }),
    );
    expect(() => checkBytes(1000, Limits.parse({ maxBytes: 1000 }))).not.toThrow();
  });
});

describe("a payload beside the picture", () => {
  it.each([
    [
      "a colour profile of 300 MB",
      async () => bombs.pngWithLargeProfile(await scene(64, 48).png().toBuffer(), 300_000_000),
    ],
    [
      "twenty texts of 50 MB",
      async () => bombs.pngWithLargeTexts(await scene(64, 48).png().toBuffer(), 20, 50_000_000),
    ],
    [
      "a script in a comment",
      async () =>
        withSegment(await scene(64, 48).jpeg().toBuffer(), 0xfe, Buffer.from("<?php system($_GET[0]); ?>")),
    ],
    [
      "an archive after its end",
      async () =>
        Buffer.concat([
          await scene(64, 48).jpeg().toBuffer(),
          Buffer.from("PK\x03\x04 <svg onload=alert(1)>"),
        ]),
    ],
  ])("is in no output: %s", async (_name, make) => {
    const { renditions } = await render(await make(), PRESETS);
    expect(Buffer.from(renditions[0]?.data ?? []).toString("latin1")).not.toMatch(/php|PK|svg|bomb/);
  });
});

describe("a picture that is cut short", () => {
  const intact: Record<string, () => Promise<Buffer>> = {
    "baseline JPEG": () => scene(200, 150).jpeg().toBuffer(),
    "progressive JPEG": () => scene(200, 150).jpeg({ progressive: true }).toBuffer(),
    PNG: () => scene(200, 150).png().toBuffer(),
    "interlaced PNG": () => scene(200, 150).png({ progressive: true }).toBuffer(),
    WebP: () => scene(200, 150).webp().toBuffer(),
    "lossless WebP": () => scene(200, 150).webp({ lossless: true }).toBuffer(),
    "animated WebP": () =>
      flatFrames(
        [
          [255, 0, 0],
          [0, 255, 0],
          [0, 0, 255],
        ],
        { width: 60, height: 40 },
      )
        .webp()
        .toBuffer(),
    GIF: () => scene(200, 150).gif().toBuffer(),
    "animated GIF": () =>
      flatFrames(
        [
          [255, 0, 0],
          [0, 255, 0],
          [0, 0, 255],
        ],
        { width: 60, height: 40 },
      )
        .gif()
        .toBuffer(),
    TIFF: () => scene(200, 150).tiff({ compression: "lzw" }).toBuffer(),
    AVIF: () => scene(200, 150).avif({ effort: 0 }).toBuffer(),
  };

  it.each(Object.entries(intact))(
    "is rejected as CORRUPT_IMAGE, not rendered in part: %s",
    async (_name, make) => {
      const file = await make();
      for (const share of [0.2, 0.5, 0.8, 0.95]) {
        const { reason } = await rejectionOf(file.subarray(0, Math.floor(share * file.length)));
        expect({ share, reason }).toEqual({ share, reason: "CORRUPT_IMAGE" });
      }
    },
  );
});

describe("a file with another format's signature", () => {
  it("is rejected if an AVIF contains HEVC", async () => {
    const avif = (await scene(64, 48).avif({ effort: 0 }).toBuffer()).toString("latin1");
    const { reason } = await rejectionOf(Buffer.from(avif.replaceAll("av01", "hvc1"), "latin1"));
    expect(["UNSUPPORTED_FORMAT", "CORRUPT_IMAGE"]).toContain(reason);
  });

  it("is rejected by name if a TIFF is a camera's raw file", async () => {
    const dng = tiffFile([{ width: 16, height: 16 }], Buffer.alloc(256), [[0xc612, 1, 4, 0x00000401]]);
    expect(await rejectionOf(dng)).toMatchObject({
      reason: "UNSUPPORTED_FORMAT",
      message: expect.stringContaining("Camera raw"),
    });
  });

  it("is rejected if a PNG contains an SVG", async () => {
    const source = Buffer.concat([
      Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
      Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ]);
    expect((await rejectionOf(source)).reason).toBe("CORRUPT_IMAGE");
  });

  it("is rejected if a TIFF has seven channels", async () => {
    const source = tiffFile([{ width: 16, height: 16, channels: 7 }], Buffer.alloc(16 * 16 * 7), [
      [338, 3, 2, 0],
    ]);
    expect(["UNSUPPORTED_FORMAT", "CORRUPT_IMAGE"]).toContain((await rejectionOf(source)).reason);
  });
});
