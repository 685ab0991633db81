import { crc32, deflateSync } from "node:zlib";

/** Returns one chunk of a PNG with its checksum. */
export function pngChunk(name: string, body: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + body.length);
  chunk.writeUInt32BE(body.length, 0);
  chunk.write(name, 4, "latin1");
  chunk.set(body, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + body.length)), 8 + body.length);
  return chunk;
}

/** Adds chunks after a PNG's header. */
export function withPngChunks(png: Buffer, ...chunks: readonly Buffer[]): Buffer {
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
}

/** Returns an animated PNG of two frames: the picture, then a black one (w3.org/TR/png-3, section 4.9). */
export function toAnimatedPng(png: Buffer, { width, height }: { width: number; height: number }): Buffer {
  const control = Buffer.alloc(8);
  control.writeUInt32BE(2, 0);
  const second = Buffer.concat([
    Buffer.from([0, 0, 0, 2]),
    deflateSync(Buffer.alloc((width * 3 + 1) * height)),
  ]);
  const animated = withPngChunks(png, pngChunk("acTL", control), frameControl(0, { width, height }));
  const end = animated.length - 12;
  const frame = Buffer.concat([frameControl(1, { width, height }), pngChunk("fdAT", second)]);
  return Buffer.concat([animated.subarray(0, end), frame, animated.subarray(end)]);
}

/** Returns a PNG that declares a size and contains almost no data. */
export function pngBomb(
  { width, height }: { width: number; height: number },
  { interlaced = false, bitDepth = 8, alpha = false } = {},
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, alpha ? 6 : 2, 0, 0, interlaced ? 1 : 0], 8);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const data = deflateSync(Buffer.alloc(1024));
  return Buffer.concat([
    signature,
    pngChunk("IHDR", header),
    pngChunk("IDAT", data),
    pngChunk("IEND", Buffer.of()),
  ]);
}

function frameControl(sequence: number, { width, height }: { width: number; height: number }): Buffer {
  const control = Buffer.alloc(26);
  control.writeUInt32BE(sequence === 0 ? 0 : 1, 0);
  control.writeUInt32BE(width, 4);
  control.writeUInt32BE(height, 8);
  control.writeUInt16BE(1, 20);
  control.writeUInt16BE(10, 22);
  return pngChunk("fcTL", control);
}
