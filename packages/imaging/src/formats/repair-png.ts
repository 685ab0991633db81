import { crc32, createInflateRaw } from "node:zlib";
import type { PngChunk } from "./png-chunks.ts";

/** Compression method 8 with the largest window, and the check bits that make it a multiple of 31 (RFC 1950, 2.2). */
const ZLIB_HEADER = Buffer.of(0x78, 0x01);
/** Channels of each colour type (w3.org/TR/png-3, section 11.2.1). */
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** The passes of an interlaced picture: first column and row, and their steps (section 8.1). */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Returns the chunks of a PNG with a new zlib header and checksum, if its deflated data is complete and every chunk has its right
 * checksum; undefined otherwise. Some encoders declare too small a window or write a wrong Adler-32: every pixel is there.
 */
export async function repairChunks(chunks: readonly PngChunk[]): Promise<Buffer[] | undefined> {
  const [header] = chunks;
  const data = chunks.filter(({ name }) => name === "IDAT");
  const isWhole = header?.name === "IHDR" && header.body.length === 13 && chunks.at(-1)?.name === "IEND";
  if (!isWhole || !data.every(hasRightChecksum)) return undefined;
  const zlib = Buffer.concat(data.map(({ body }) => body));
  const inflated = await measureDeflated(zlib.subarray(ZLIB_HEADER.length), rawBytes(header.body));
  if (!inflated) return undefined;
  const deflated = zlib.subarray(ZLIB_HEADER.length, ZLIB_HEADER.length + inflated.deflatedBytes);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(inflated.adler32);
  const whole = toChunk("IDAT", Buffer.concat([ZLIB_HEADER, deflated, checksum]));
  const first = chunks.findIndex(({ name }) => name === "IDAT");
  return chunks.flatMap(({ name, bytes }, at) => (name !== "IDAT" ? [bytes] : at === first ? [whole] : []));
}

function hasRightChecksum({ bytes }: PngChunk): boolean {
  return bytes.length >= 12 && crc32(bytes.subarray(4, -4)) === bytes.readUInt32BE(bytes.length - 4);
}

function toChunk(name: string, body: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + body.length);
  chunk.writeUInt32BE(body.length, 0);
  chunk.write(name, 4, "latin1");
  chunk.set(body, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
}

/** Returns the bytes of all lines, each with its filter, that a header declares. */
function rawBytes(header: Buffer): number {
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const bits = (header[8] ?? 0) * (CHANNELS[header[9] ?? 0] ?? 0);
  const area = (columns: number, rows: number) =>
    columns > 0 ? rows * (1 + Math.ceil((columns * bits) / 8)) : 0;
  if (header[12] !== 1) return area(width, height);
  return PASSES.reduce(
    (sum, [column, row, columns, rows]) =>
      sum + area(Math.ceil((width - column) / columns), Math.max(0, Math.ceil((height - row) / rows))),
    0,
  );
}

/** Inflates data chunk by chunk; undefined if it is damaged, or has another number of bytes than expected. */
async function measureDeflated(
  data: Buffer,
  expectedBytes: number,
): Promise<{ deflatedBytes: number; adler32: number } | undefined> {
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 });
  inflate.end(data);
  let bytes = 0;
  let sums: readonly [number, number] = [1, 0];
  try {
    for await (const chunk of inflate) {
      bytes += chunk.length;
      if (bytes > expectedBytes) return undefined;
      sums = addTo(sums, chunk);
    }
  } catch {
    return undefined;
  }
  if (bytes !== expectedBytes) return undefined;
  return { deflatedBytes: inflate.bytesWritten, adler32: sums[1] * 65_536 + sums[0] };
}

/** Bytes after which the sums of an Adler-32 are reduced, so that they stay exact small integers. */
const STEP = 3800;
const MODULUS = 65_521;

/** Adds bytes to the two sums of an Adler-32 (RFC 1950, 8.2). */
function addTo([first, second]: readonly [number, number], bytes: Buffer): readonly [number, number] {
  let [a, b] = [first, second];
  for (let start = 0; start < bytes.length; start += STEP) {
    const end = Math.min(bytes.length, start + STEP);
    for (let at = start; at < end; at++) {
      a += bytes[at] ?? 0;
      b += a;
    }
    a %= MODULUS;
    b %= MODULUS;
  }
  return [a, b];
}
