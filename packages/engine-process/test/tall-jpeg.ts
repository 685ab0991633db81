import { randomBytes } from "node:crypto";
import sharp from "sharp";

const [SOI, EOI, SOS, DRI, RST0] = [0xd8, 0xd9, 0xda, 0xdd, 0xd0];
/** Lines of a row of units, with colours of half the resolution. */
const LINES = 16;

/**
 * Returns a JPEG of noise with as many bytes as a phone's best quality takes, in moments: one row of it is encoded, and repeated
 * with restart markers between, at which decoders forget the row before.
 *
 * @param options of sharp's encoder
 */
export async function tallJpeg(
  size: { width: number; height: number },
  options: { quality: number; progressive?: boolean },
): Promise<Buffer> {
  const raw = { width: size.width, height: LINES, channels: 3 } as const;
  const row = await sharp(randomBytes(size.width * LINES * 3), { raw })
    .jpeg(options)
    .toBuffer();
  const parts: Buffer[] = [Buffer.of(0xff, SOI)];
  for (let at = 2; row[at + 1] !== EOI; ) {
    const marker = row.readUInt8(at + 1);
    const bodyEnd = at + 2 + row.readUInt16BE(at + 2);
    const segment = Buffer.from(row.subarray(at, bodyEnd));
    if (isFrame(marker)) segment.writeUInt16BE(size.height, 5);
    if (marker === SOS) parts.push(restartInterval(unitsOf(segment, size.width)));
    parts.push(segment);
    at = marker === SOS ? endOfData(row, bodyEnd) : bodyEnd;
    if (marker === SOS) parts.push(...repeated(row.subarray(bodyEnd, at), size.height / LINES));
  }
  return Buffer.concat([...parts, Buffer.of(0xff, EOI)]);
}

/** Start of a frame, baseline or progressive. */
function isFrame(marker: number): boolean {
  return marker === 0xc0 || marker === 0xc2;
}

/** Returns the units of a row: blocks of one component, or squares of 16 pixels with all of them (ITU-T T.81, A.2). */
function unitsOf(scan: Buffer, width: number): number {
  const [components, first] = [scan[4], scan[5]];
  if (components !== 1) return width / LINES;
  return first === 1 ? (width / 8) * 2 : width / LINES;
}

function restartInterval(units: number): Buffer {
  return Buffer.of(0xff, DRI, 0, 4, units >> 8, units & 255);
}

function repeated(data: Buffer, times: number): Buffer[] {
  return Array.from({ length: times }, (_, index) => [
    data,
    index === times - 1 ? Buffer.of() : Buffer.of(0xff, RST0 + (index % 8)),
  ]).flat();
}

/** Returns the end of a scan's data, in which a zero follows every FF. */
function endOfData(row: Buffer, start: number): number {
  let at = row.indexOf(0xff, start);
  while (row[at + 1] === 0) at = row.indexOf(0xff, at + 2);
  return at;
}
