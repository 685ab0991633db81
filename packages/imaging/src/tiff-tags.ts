/** Numbers of the tags that are read (TIFF 6.0; EXIF 2.32, section 4.6): no places, no serial numbers. */
export const TAG = {
  newSubfileType: 0x00fe,
  make: 0x010f,
  model: 0x0110,
  artist: 0x013b,
  subIfds: 0x014a,
  copyright: 0x8298,
  exposureTime: 0x829a,
  fNumber: 0x829d,
  exifIfd: 0x8769,
  isoSpeed: 0x8827,
  dateTimeOriginal: 0x9003,
  offsetTimeOriginal: 0x9011,
  focalLength: 0x920a,
  lensModel: 0xa434,
  dngVersion: 0xc612,
} as const;

const WANTED: ReadonlySet<number> = new Set(Object.values(TAG));
const ENTRY_BYTES = 12;
/** Maximum bytes that are read of a value, since the file declares the count. */
const MAX_VALUE_BYTES = 256;
const BYTES_OF_TYPE = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8];

export type Tags = ReadonlyMap<number, Buffer | number[]>;

/**
 * Reads one directory of a TIFF structure: a TIFF file or the body of an EXIF segment. Safe on hostile bytes: time and
 * memory do not depend on values that the bytes declare.
 *
 * @param at the directory's offset (default: the first directory's)
 * @returns texts as bytes, numbers as numbers; empty if there is no such directory
 */
export function readTags(bytes: Uint8Array, at?: number): Tags {
  const view = tiffView(bytes);
  const tags = new Map<number, Buffer | number[]>();
  const start = at ?? view?.uint32(4);
  if (!view || start === undefined) return tags;
  const count = view.uint16(start) ?? 0;
  for (let entry = start + 2; entry < start + 2 + count * ENTRY_BYTES; entry += ENTRY_BYTES) {
    const tag = view.uint16(entry);
    if (tag === undefined) break;
    if (!WANTED.has(tag) || tags.has(tag)) continue;
    const value = readValue(view, entry);
    if (value) tags.set(tag, value);
  }
  return tags;
}

type TiffView = NonNullable<ReturnType<typeof tiffView>>;

function readValue(view: TiffView, entry: number): Buffer | number[] | undefined {
  const type = view.uint16(entry + 2) ?? 0;
  const size = BYTES_OF_TYPE[type] ?? 0;
  const length = size * (view.uint32(entry + 4) ?? 0);
  const at = length <= 4 ? entry + 8 : view.uint32(entry + 8);
  if (length === 0 || at === undefined) return undefined;
  const kept = Math.min(length, MAX_VALUE_BYTES);
  if (type === 2) return view.bytes(at, kept);
  const offsets = Array.from({ length: Math.floor(kept / size) }, (_, index) => at + index * size);
  const numbers = offsets.map((offset) => view.number(type, offset));
  return numbers.every((number) => number !== undefined) ? numbers : undefined;
}

/** Reads in the structure's byte order; undefined past the end. */
function tiffView(bytes: Uint8Array) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = buffer.toString("latin1", 0, 4);
  if (order !== "II*\0" && order !== "MM\0*") return undefined;
  const isLittle = order === "II*\0";
  const isInside = (at: number, length: number) => at >= 0 && at + length <= buffer.length;
  const uint8 = (at: number) => (isInside(at, 1) ? buffer.readUInt8(at) : undefined);
  const uint16 = (at: number) =>
    isInside(at, 2) ? (isLittle ? buffer.readUInt16LE(at) : buffer.readUInt16BE(at)) : undefined;
  const uint32 = (at: number) =>
    isInside(at, 4) ? (isLittle ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at)) : undefined;
  const rational = (at: number) => {
    const [numerator, denominator] = [uint32(at), uint32(at + 4)];
    return numerator === undefined || denominator === undefined ? undefined : numerator / denominator;
  };
  const readers: Record<number, (at: number) => number | undefined> = {
    1: uint8,
    3: uint16,
    4: uint32,
    5: rational,
    7: uint8,
  };
  return {
    uint16,
    uint32,
    number: (type: number, at: number) => readers[type]?.(at),
    bytes: (at: number, length: number) => buffer.subarray(at, at + length),
  };
}
