import { deflateSync } from "node:zlib";
import type { Size } from "../../src/size.ts";
import { pngChunk, withPngChunks } from "./png-chunks.ts";

/** Returns a JPEG whose header declares another size than its data has. */
export function jpegOfSize(jpeg: Buffer, { width, height }: Size): Buffer {
  const copy = Buffer.from(jpeg);
  const frame = [0xc0, 0xc2].map((marker) => copy.indexOf(Buffer.of(0xff, marker))).find((at) => at > 0) ?? 0;
  copy.writeUInt16BE(height, frame + 5);
  copy.writeUInt16BE(width, frame + 7);
  return copy;
}

/** Returns a lossless WebP with only a size (RFC 9649, section 3.4). */
export function webpOfSize({ width, height }: Size): Buffer {
  const file = Buffer.alloc(40);
  file.write("RIFF\x20\0\0\0WEBPVP8L\x14\0\0\0\x2f", "latin1");
  file.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 21);
  return file;
}

/** Returns an AVIF whose size property declares another size than its data has. */
export function avifOfSize(avif: Buffer, { width, height }: Size): Buffer {
  const copy = Buffer.from(avif);
  for (let at = copy.indexOf("ispe"); at !== -1; at = copy.indexOf("ispe", at + 1)) {
    copy.writeUInt32BE(width, at + 8);
    copy.writeUInt32BE(height, at + 12);
  }
  return copy;
}

/** Returns a GIF whose frames declare a size and contain one pixel. */
export function gifOfFrames(frames: number, { width, height }: Size): Buffer {
  const screen = Buffer.from("GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff", "latin1");
  screen.writeUInt16LE(width, 6);
  screen.writeUInt16LE(height, 8);
  const frame = Buffer.from("21f90404010000002c00000000000000000002024401003b", "hex").subarray(0, -1);
  frame.writeUInt16LE(width, 13);
  frame.writeUInt16LE(height, 15);
  return Buffer.concat([screen, ...Array.from({ length: frames }, () => frame), Buffer.of(0x3b)]);
}

/** Returns a small PNG with a colour profile that inflates to a size. */
export function pngWithLargeProfile(png: Buffer, bytes: number): Buffer {
  return withPngChunks(
    png,
    pngChunk("iCCP", Buffer.concat([Buffer.from("bomb\0\0"), deflateSync(Buffer.alloc(bytes))])),
  );
}

/** Returns a small PNG with texts that each inflate to a size. */
export function pngWithLargeTexts(png: Buffer, count: number, bytes: number): Buffer {
  const text = pngChunk(
    "zTXt",
    Buffer.concat([Buffer.from("bomb\0\0"), deflateSync(Buffer.alloc(bytes, 0x20))]),
  );
  return withPngChunks(png, ...Array.from({ length: count }, () => text));
}
