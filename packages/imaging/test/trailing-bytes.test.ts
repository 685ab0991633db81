import { randoms } from "@image-pipeline/testing";
import { describe, expect, it } from "vitest";
import { heicFile } from "./pictures/heic-file.ts";
import { HEVC_STREAMS } from "./pictures/hevc-streams.ts";
import { flatFrames, scene } from "./pictures/scene.ts";
import { render } from "./render.ts";

const SIZE = { width: 64, height: 48 };
const PRESETS = { one: { width: SIZE.width, formats: ["webp" as const] } };
const picture = () => scene(SIZE.width, SIZE.height);
const animation = () =>
  flatFrames(
    [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ],
    SIZE,
  );

/** Files that lack only their trailer, which decoders do without. */
const GIFS: Record<string, () => Promise<Buffer>> = {
  "a GIF without its trailer": async () => (await picture().gif().toBuffer()).subarray(0, -1),
  "an animated GIF without its trailer": async () => (await animation().gif().toBuffer()).subarray(0, -1),
};

const WHOLE: Record<string, () => Promise<Buffer>> = {
  ...GIFS,
  "a GIF": () => picture().gif().toBuffer(),
  "an animated GIF": () => animation().gif().toBuffer(),
  "a JPEG": () => picture().jpeg().toBuffer(),
  "a progressive JPEG": () => picture().jpeg({ progressive: true }).toBuffer(),
  "a JPEG without its end": async () => (await picture().jpeg().toBuffer()).subarray(0, -2),
  "a PNG": () => picture().png().toBuffer(),
  "a PNG without its last chunk": async () => (await picture().png().toBuffer()).subarray(0, -12),
  "a WebP": () => picture().webp().toBuffer(),
  "a lossless WebP": () => picture().webp({ lossless: true }).toBuffer(),
  "an animated WebP": () => animation().webp().toBuffer(),
  "a TIFF": () => picture().tiff({ compression: "lzw" }).toBuffer(),
  "an AVIF": () => picture().avif({ effort: 0 }).toBuffer(),
  "a HEIC": async () => heicFile({ tiles: [HEVC_STREAMS.card] }),
};

/** What cameras, uploads, and programs that recover deleted files leave behind a picture. */
const BEHIND: Record<string, () => Promise<Uint8Array>> = {
  "a zero": async () => Buffer.alloc(1),
  "seven zeros": async () => Buffer.alloc(7),
  "a sector of zeros": async () => Buffer.alloc(512),
  "a byte 255": async () => Buffer.of(0xff),
  "a line break": async () => Buffer.from("\r\n"),
  "a text": async () => Buffer.from("<html><body>stray</body></html>\n"),
  "random bytes": async () => {
    const random = randoms(7);
    return Uint8Array.from({ length: 1000 }, () => 256 * random());
  },
  "an archive": async () => Buffer.from("PK\x03\x04\x14\0\0\0\x08\0", "latin1"),
  "a JPEG": () => picture().jpeg().toBuffer(),
  "half a JPEG": async () => (await picture().jpeg().toBuffer()).subarray(0, 500),
  "a PNG": () => picture().png().toBuffer(),
  "a GIF": () => picture().gif().toBuffer(),
  "an AVIF": () => picture().avif({ effort: 0 }).toBuffer(),
};

async function outcomeOf(source: Uint8Array) {
  const { facts, renditions } = await render(source, PRESETS);
  return { pages: facts.pages, renditions: renditions.map(({ pages, sha256 }) => ({ pages, sha256 })) };
}

describe.each(Object.entries(WHOLE))("%s", (_kind, make) => {
  it.each(Object.entries(BEHIND))("with %s behind it is rendered like one without", async (_name, behind) => {
    const file = await make();
    expect(await outcomeOf(Buffer.concat([file, await behind()]))).toEqual(await outcomeOf(file));
  });
});

// Zeros end a chain of data, and further bytes are no block, as behind a whole frame.
describe.each(Object.entries(GIFS))("%s, cut inside a frame", (_kind, make) => {
  it.each(Object.entries(BEHIND))("with %s behind it is rejected as CORRUPT_IMAGE", async (_name, behind) => {
    const file = await make();
    for (const share of [0.3, 0.5, 0.7, 0.9]) {
      const cut = file.subarray(0, Math.floor(share * file.length));
      const outcome = render(Buffer.concat([cut, await behind()]), PRESETS);
      await expect(outcome, `${share}`).rejects.toMatchObject({ reason: "CORRUPT_IMAGE" });
    }
  });
});
