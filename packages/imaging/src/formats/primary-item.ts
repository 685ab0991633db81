import { allBoxesIn, type Box, readIsoItems } from "../iso-items.ts";

/**
 * Returns a HEIF file that names its primary item, which decoders need and some writers leave out (`pitm`, ISO/IEC 23008-12,
 * 8.11.4). The list of items moves to the end of the file with a free box in its place, so every position stays right.
 */
export function withPrimaryItem(source: Uint8Array): Uint8Array {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const boxes = boxesIn(file);
  const meta = boxes.find(({ type }) => type === "meta")?.body;
  if (!meta || !mayGrow(file, boxes.at(-1))) return source;
  if (boxesIn(meta.subarray(4)).some(({ type }) => type === "pitm")) return source;
  const { primary = 0 } = readIsoItems(file) ?? {};
  if (primary === 0 || primary > 0xffff) return source;
  const pitm = toBox("pitm", Buffer.from([0, 0, 0, 0, primary >> 8, primary & 255]));
  const typeAt = meta.byteOffset - file.byteOffset - 4;
  if (file.toString("latin1", typeAt, typeAt + 4) !== "meta") return source; // its length has 64 bits
  const copy = Buffer.from(file);
  copy.write("free", typeAt, "latin1");
  return Buffer.concat([copy, toBox("meta", Buffer.concat([meta, pitm]))]);
}

/** The number of boxes was checked before (`checkHeifItems`). */
function boxesIn(data: Buffer): Box[] {
  return [...allBoxesIn(data, () => {})];
}

/** A last box that is cut short, or has no length and ends with the file, would take in what is added. */
function mayGrow(file: Buffer, last: Box | undefined): boolean {
  if (!last) return false;
  const at = last.body.byteOffset - file.byteOffset;
  return at + last.body.length === file.length && file.readUInt32BE(at - 8) !== 0;
}

function toBox(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
}
