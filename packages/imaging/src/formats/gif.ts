import { corruptImage } from "../image-rejection.ts";
import type { InputSupport, OutputSupport } from "./format-support.ts";

export const gif: InputSupport & OutputSupport = {
  decoder: {
    name: "GIF",
    operation: "VipsForeignLoadNsgifBuffer",
    metadata: { format: "gif" },
    matches: (head) => head.startsWith("GIF87a") || head.startsWith("GIF89a"),
    prepare: removeTrailingBytes,
    // A frame and the one before it, in RGBA.
    heldBytes: () => 6,
  },
  encoder: {
    extension: "gif",
    // GIF has 16 bits for a side.
    maxSide: 65_535,
    maxPixels: 16_000_000,
    hasAlpha: true,
    operations: ["gifsave", "cgifsave"],
    container: { parts: gifParts, needed: ["image", "extension f9", "NETSCAPE2.0"], profile: [] },
  },
};

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const APPLICATION = 0xff;

/**
 * Removes the bytes after a GIF's end, and refuses a GIF that is cut short: its decoder shows the part that there is,
 * without an error. The decoders of all other formats report one.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE` for a file that ends inside a frame
 */
function removeTrailingBytes(source: Uint8Array): Uint8Array {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  for (const { name, at } of blocksOf(file)) {
    if (name === "trailing bytes") return source.subarray(0, at);
    if (name === "cut short") throw corruptImage("gif", "ends inside a frame", `after ${at} bytes`);
  }
  return source;
}

/** Names the blocks of a GIF in their order. */
function* gifParts(file: Buffer): Generator<string> {
  for (const { name } of blocksOf(file)) yield name;
}

/**
 * Yields the blocks of a GIF in their order, with the offset of each (GIF89a specification): `cut short` for a file that
 * ends inside one, `no trailer` for a file that ends between two, `trailing bytes` for bytes after its end.
 */
function* blocksOf(file: Buffer): Generator<{ name: string; at: number }> {
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

/** Returns the offset of the first byte after a chain of sub-blocks, or one past the end for a chain that is cut. */
function endOfBlocks(file: Buffer, start: number): number {
  let at = start;
  while (at < file.length) {
    const length = file[at] ?? 0;
    at += 1 + length;
    if (length === 0) return at;
  }
  return file.length + 1;
}
