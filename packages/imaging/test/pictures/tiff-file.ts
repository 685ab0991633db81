import { deflateSync } from "node:zlib";

const FIELD_BYTES = 12;

/** Values of a TIFF's directory; the data can be different. */
export interface TiffPage {
  width: number;
  height: number;
  bits?: number;
  channels?: number;
  /** 1 for whole numbers, 3 for floating point. */
  sampleFormat?: number;
  /** Adobe deflate. */
  deflate?: boolean;
  rowsPerStrip?: number;
  /** The kind of colours (default: brightness, or red, green and blue). */
  photometric?: number;
  compression?: number;
  /** 1 for a smaller copy of another page. */
  subfileType?: number;
}

/** Returns a little-endian TIFF whose pages share one strip of data (TIFF 6.0). */
export function tiffFile(
  pages: readonly TiffPage[],
  data: Uint8Array,
  extraFields: readonly number[][] = [],
): Buffer {
  const [first] = pages;
  const strip = first?.deflate ? deflateSync(data) : data;
  const head = Buffer.alloc(8 + strip.length + (strip.length & 1));
  head.write("II*\0", "latin1");
  head.set(strip, 8);
  head.writeUInt32LE(head.length, 4);
  const parts = [head];
  let at = head.length;
  for (const [index, page] of pages.entries()) {
    const fields = [...fieldsOf(page, strip.length), ...extraFields].sort(([a = 0], [b = 0]) => a - b);
    const directory = Buffer.alloc(2 + FIELD_BYTES * fields.length + 4);
    at += directory.length;
    writeFields(directory, fields);
    directory.writeUInt32LE(index + 1 < pages.length ? at : 0, directory.length - 4);
    parts.push(directory);
  }
  return Buffer.concat(parts);
}

/** Tag, type (3 short, 4 long), count and value. */
function fieldsOf(page: TiffPage, stripBytes: number) {
  const { width, height, bits = 8, channels = 1, deflate, rowsPerStrip } = page;
  const fields = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, 1, bits],
    [259, 3, 1, page.compression ?? (deflate ? 8 : 1)],
    [262, 3, 1, page.photometric ?? (channels >= 3 ? 2 : 1)],
    [273, 4, 1, 8],
    [277, 3, 1, channels],
    [278, 4, 1, rowsPerStrip ?? height],
    [279, 4, 1, stripBytes],
  ];
  if (page.subfileType !== undefined) fields.push([254, 4, 1, page.subfileType]);
  return page.sampleFormat === undefined ? fields : [...fields, [339, 3, 1, page.sampleFormat]];
}

function writeFields(directory: Buffer, fields: readonly number[][]): void {
  directory.writeUInt16LE(fields.length, 0);
  for (const [index, [tag = 0, type = 0, count = 0, value = 0]] of fields.entries()) {
    const at = 2 + FIELD_BYTES * index;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(count, at + 4);
    directory.writeUInt32LE(value, at + 8);
  }
}
