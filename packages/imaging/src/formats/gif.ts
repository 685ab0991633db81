import type { Limits } from "@image-pipeline/schema/config";
import { tooManyFrames, tooManyParts } from "../bounds/too-many.ts";
import { corruptImage } from "../image-rejection.ts";
import type { InputFormat, OutputFormat } from "./format.ts";

/** Bytes for each pixel of a frame and of the one before it, in RGBA, as the decoder was measured to hold. */
const HELD_BYTES = 6;

export const gif: InputFormat = {
  name: "GIF",
  matches: (head) => head.startsWith("GIF87a") || head.startsWith("GIF89a"),
  decoder: "VipsForeignLoadNsgifBuffer",
  isDetected: ({ format }) => format === "gif",
  prepare: toCompleteGif,
  heldBytesPerPixel: () => HELD_BYTES,
};

export const gifOutput: OutputFormat<"gif"> = {
  extension: "gif",
  maxSide: 65_535, // 16 bits
  maxPixels: 16_000_000,
  encoders: ["gifsave", "cgifsave"],
  encode: (picture, _options, animation) =>
    picture.gif(animation && { delay: animation.delays, loop: animation.loop }),
  // The frames that are kept are hashed for each picture (`formats` of the preset's options).
  toHashed: (options) => ({ ...options, animated: null }),
  container: { parts: gifParts, needed: ["image", "extension f9", "NETSCAPE2.0"], profile: [] },
};

/**
 * Returns the GIF without bytes after its end. The GIF decoder alone shows the part that it received of a truncated file and
 * reports no error, so a truncation is detected here.
 *
 * @throws {ImageRejection} `TOO_MANY_FRAMES`, `TOO_MANY_PARTS`; `CORRUPT_IMAGE` if the file ends inside a frame
 */
function toCompleteGif(source: Uint8Array, { maxFrames, maxParts }: Limits): Uint8Array {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let [frames, parts] = [0, 0];
  for (const { name, at } of gifBlocks(file)) {
    if (++parts > maxParts) throw tooManyParts("blocks", maxParts);
    if (name === "image" && ++frames > maxFrames) throw tooManyFrames(undefined, maxFrames);
    if (name === "trailing bytes") return source.subarray(0, at);
    if (name === "cut short") throw corruptImage("gif", "ends inside a frame", `after ${at} bytes`);
  }
  return source;
}

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const APPLICATION = 0xff;

/** Names the blocks of a GIF in their order. */
function* gifParts(file: Buffer): Generator<string> {
  for (const { name } of gifBlocks(file)) yield name;
}

/**
 * Yields the blocks of a GIF in their order, with the offset of each (GIF89a specification); then `cut short` if the file ends
 * inside one, `no trailer` if it ends between two, `trailing bytes` if bytes follow its end.
 */
function* gifBlocks(file: Buffer): Generator<{ name: string; at: number }> {
  let at = 13 + tableBytes(file[10] ?? 0);
  while (at < file.length && file[at] !== TRAILER) {
    const kind = file[at];
    if (kind !== EXTENSION && kind !== IMAGE) return yield { name: "stray bytes", at };
    yield { name: kind === IMAGE ? "image" : extensionName(file, at), at };
    at = endOfBlocks(file, kind === IMAGE ? at + 11 + tableBytes(file[at + 9] ?? 0) : at + 2);
  }
  if (at > file.length) yield { name: "cut short", at: file.length };
  else if (at === file.length) yield { name: "no trailer", at };
  else if (at + 1 < file.length) yield { name: "trailing bytes", at: at + 1 };
}

function extensionName(file: Buffer, at: number): string {
  const label = file[at + 1] ?? 0;
  return label === APPLICATION ? file.toString("latin1", at + 3, at + 14) : `extension ${label.toString(16)}`;
}

/** Returns the bytes of a colour table, as a flags byte declares it. */
function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

/** Returns the offset of the first byte after a chain of sub-blocks, or one past the end if the chain is truncated. */
function endOfBlocks(file: Buffer, start: number): number {
  let at = start;
  while (at < file.length) {
    const length = file[at] ?? 0;
    at += 1 + length;
    if (length === 0) return at;
  }
  return file.length + 1;
}
