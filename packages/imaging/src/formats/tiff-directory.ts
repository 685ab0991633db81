/** One field of a directory. */
export interface TiffField {
  tag: number;
  /** The first value, if it is a whole number. */
  value: number | undefined;
  /** The entry as stored. */
  bytes: Buffer;
}

/** A directory of a TIFF (TIFF 6.0, section 2), classic or BigTIFF: one page. */
export interface TiffDirectory {
  at: number;
  fields: TiffField[];
}

/** The directories of a file that are followed; a list that repeats itself ends earlier. */
const MOST_DIRECTORIES = 65_535;

/** Reads numbers in the byte order of a file, and of either of its two kinds. */
export function tiffFile(bytes: Uint8Array) {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const signature = file.toString("latin1", 0, 4);
  const isLittle = signature.startsWith("II");
  const isBig = signature === "II+\0" || signature === "MM\0+";
  const isTiff = isBig || signature === "II*\0" || signature === "MM\0*";
  const word = isBig ? 8 : 4;
  const uint = (at: number, length: number): number | undefined => {
    if (at < 0 || at + length > file.length) return undefined;
    const low = Math.min(6, length);
    // Offsets of 64 bits: the upper two bytes are 0 in any file that fits into memory.
    return isLittle ? file.readUIntLE(at, low) : file.readUIntBE(at + length - low, low);
  };
  const put = (target: Buffer, value: number, at: number, length: number) => {
    target.fill(0, at, at + length);
    const low = Math.min(6, length);
    if (isLittle) target.writeUIntLE(value, at, low);
    else target.writeUIntBE(value, at + length - low, low);
  };
  return {
    file,
    isTiff,
    uint,
    put,
    /** Bytes of an offset, and of the number of a directory's entries. */
    word,
    countBytes: isBig ? 8 : 2,
    entryBytes: isBig ? 20 : 12,
    /** The place of the first directory's offset. */
    firstAt: isBig ? 8 : 4,
  };
}
export type TiffFile = ReturnType<typeof tiffFile>;

/** Yields the offsets of a file's directories in their order. */
export function* directoryOffsets(tiff: TiffFile): Generator<number> {
  const seen = new Set<number>();
  let at = tiff.isTiff ? tiff.uint(tiff.firstAt, tiff.word) : undefined;
  while (at !== undefined && at !== 0 && !seen.has(at) && seen.size < MOST_DIRECTORIES) {
    const count = tiff.uint(at, tiff.countBytes);
    if (count === undefined) return;
    yield at;
    seen.add(at);
    at = tiff.uint(at + tiff.countBytes + count * tiff.entryBytes, tiff.word);
  }
}

/** Fields of a directory that is read; pictures have some twenty. */
const MOST_FIELDS = 4096;
/** Bytes of the whole numbers of each type: BYTE, SHORT, LONG, LONG8. */
const NUMBERS: Record<number, number> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/** Reads a directory; undefined if it is cut short, or has too many fields. */
export function readDirectory(tiff: TiffFile, at: number): TiffDirectory | undefined {
  const count = tiff.uint(at, tiff.countBytes) ?? 0;
  const start = at + tiff.countBytes;
  if (count > MOST_FIELDS || start + count * tiff.entryBytes > tiff.file.length) return undefined;
  const fields = Array.from({ length: count }, (_, index) => {
    const entry = start + index * tiff.entryBytes;
    const bytes = tiff.file.subarray(entry, entry + tiff.entryBytes);
    return { tag: tiff.uint(entry, 2) ?? 0, value: firstValue(tiff, entry), bytes };
  });
  return { at, fields };
}

/** Reads the first value of an entry: it is in the entry if all values fit in there, else at an offset. */
function firstValue(tiff: TiffFile, entry: number): number | undefined {
  const bytes = NUMBERS[tiff.uint(entry + 2, 2) ?? 0];
  if (bytes === undefined) return undefined;
  const count = tiff.uint(entry + 4, tiff.word) ?? 0;
  const inEntry = entry + 4 + tiff.word;
  const at = count * bytes <= tiff.word ? inEntry : tiff.uint(inEntry, tiff.word);
  return at === undefined ? undefined : tiff.uint(at, bytes);
}

/**
 * Returns a copy of the file with one directory, which has these fields. It takes the place of the directory that they are from,
 * so every offset stays right.
 */
export function withOnly(tiff: TiffFile, at: number, fields: readonly TiffField[]): Buffer {
  const copy = Buffer.from(tiff.file);
  tiff.put(copy, at, tiff.firstAt, tiff.word);
  tiff.put(copy, fields.length, at, tiff.countBytes);
  let end = at + tiff.countBytes;
  for (const { bytes } of fields) {
    copy.set(bytes, end);
    end += bytes.length;
  }
  copy.fill(0, end, Math.min(copy.length, end + tiff.word));
  return copy;
}
