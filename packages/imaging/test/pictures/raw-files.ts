import { box } from "./heic-file.ts";

/** A field of a directory: tag, type (3 short, 4 long), and its values or the JPEG that it is the place or the length of. */
type Field = readonly [tag: number, type: 3 | 4, values: readonly number[]];
const JPEG_AT = { at: 513, bytes: 514 };
const STRIP = { at: 273, bytes: 279 };

/** The layouts of makers: how a directory names a JPEG, and in which directories they are. */
export interface RawLayout {
  /** The first bytes after the offset of the first directory. */
  mark?: string;
  isBigEndian?: boolean;
  fields: readonly Field[];
  /** The JPEG of the first directory, of the second, and of those below the first. */
  first?: Buffer;
  second?: Buffer;
  below?: readonly Buffer[];
  /** True if the JPEGs are strips of compression 6. */
  inStrips?: boolean;
}

/** Returns a raw file that begins like a TIFF. */
export function rawTiff({
  mark = "",
  isBigEndian,
  fields,
  first,
  second,
  below = [],
  inStrips,
}: RawLayout): Buffer {
  const head = Buffer.alloc(16);
  const blobs = [first, second, ...below].map((jpeg) => jpeg ?? Buffer.of());
  const starts = blobs.map((_, index) => 16 + Buffer.concat(blobs.slice(0, index)).length);
  let at = 16 + Buffer.concat(blobs).length;
  const put = (buffer: Buffer, value: number, offset: number, bytes: number) =>
    isBigEndian ? buffer.writeUIntBE(value, offset, bytes) : buffer.writeUIntLE(value, offset, bytes);
  const parts: Buffer[] = [];
  const append = (part: Buffer) => {
    parts.push(part);
    at += part.length;
    return at - part.length;
  };
  const list = (values: readonly number[]) => {
    const data = Buffer.alloc(4 * values.length);
    for (const [index, value] of values.entries()) put(data, value, 4 * index, 4);
    return data;
  };
  const directory = (own: readonly Field[], next: number) => {
    const longer = own.map(([, , values]) => (values.length > 1 ? append(list(values)) : undefined));
    const bytes = Buffer.alloc(2 + 12 * own.length + 4);
    put(bytes, own.length, 0, 2);
    for (const [index, [tag, type, values]] of own.entries()) {
      const entry = 2 + 12 * index;
      put(bytes, tag, entry, 2);
      put(bytes, type, entry + 2, 2);
      put(bytes, values.length, entry + 4, 4);
      const place = longer[index];
      if (place === undefined && type === 3) put(bytes, values[0] ?? 0, entry + 8, 2);
      else put(bytes, place ?? values[0] ?? 0, entry + 8, 4);
    }
    put(bytes, next, bytes.length - 4, 4);
    return append(bytes);
  };
  const jpegFields = (index: number): Field[] => {
    const blob = blobs[index] ?? Buffer.of();
    if (blob.length === 0) return [];
    const tags = inStrips ? STRIP : JPEG_AT;
    const place: Field[] = [
      [tags.at, 4, [starts[index] ?? 0]],
      [tags.bytes, 4, [blob.length]],
    ];
    return inStrips ? [[259, 3, [6]], ...place] : place;
  };
  const inner = below.map((_, index) => directory(jpegFields(index + 2), 0));
  const next = second ? directory(jpegFields(1), 0) : 0;
  const lists: Field[] = inner.length > 0 ? [[330, 4, inner]] : [];
  const start = directory([...fields, ...jpegFields(0), ...lists], next);
  head.write(isBigEndian ? "MM\0*" : "II*\0", "latin1");
  put(head, start, 4, 4);
  head.write(mark, 8, "latin1");
  return Buffer.concat([head, ...blobs, ...parts]);
}

/** Returns a CR3, whose large JPEG is the first sample of a track, with the orientation in its box CMT1. */
export function cr3(jpeg: Buffer, orientation: number): Buffer {
  const tags = rawTiff({ fields: [[274, 3, [orientation]]] });
  const make = (at: number) => {
    const [sizes, places] = [Buffer.alloc(16), Buffer.alloc(16)];
    sizes.writeUInt32BE(1, 8);
    sizes.writeUInt32BE(jpeg.length, 12);
    places.writeUInt32BE(1, 4);
    places.writeBigUInt64BE(BigInt(at), 8);
    const table = box("stbl", box("stsz", sizes), box("co64", places));
    const track = box("trak", box("mdia", box("minf", table)));
    const moov = box("moov", box("uuid", Buffer.alloc(16, 1), box("CMT1", tags)), track);
    return Buffer.concat([
      box("ftyp", Buffer.from("crx \0\0\0\x01crx isom", "latin1")),
      moov,
      box("mdat", jpeg),
    ]);
  };
  return make(make(0).length - jpeg.length);
}
