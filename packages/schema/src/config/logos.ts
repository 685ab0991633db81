import { crc32, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
const MOST_SIDE = 2000;
/** The most bytes of a pixel, and of a line beside its pixels. */
const MOST_PIXEL_BYTES = 8;
const LINE_BYTES = 8;

/** Returns the reason why a file is not a logo, or undefined for a whole PNG. */
export function problemOfLogo(file: Buffer): string | undefined {
  if (!file.subarray(0, 8).equals(SIGNATURE)) return "is not a PNG picture";
  if (file.length < 33) return "is damaged or cut short";
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  if (Math.max(width, height) > MOST_SIDE)
    return `has ${width} x ${height} pixels, more than ${MOST_SIDE} a side`;
  const lines = pixelData(file);
  const most = height * (width * MOST_PIXEL_BYTES + LINE_BYTES);
  try {
    if (lines && inflateSync(lines, { maxOutputLength: most }).length >= height) return undefined;
  } catch {
    // Damaged, as below.
  }
  return "is damaged or cut short";
}

/** Returns the compressed lines of a PNG; undefined if a chunk is damaged or the last one is missing. */
function pixelData(file: Buffer): Buffer | undefined {
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at + 12 <= file.length; ) {
    const end = at + 8 + file.readUInt32BE(at);
    if (end + 4 > file.length || crc32(file.subarray(at + 4, end)) !== file.readUInt32BE(end))
      return undefined;
    const type = file.toString("latin1", at + 4, at + 8);
    if (type === "IEND") return Buffer.concat(data);
    if (type === "IDAT") data.push(file.subarray(at + 8, end));
    at = end + 4;
  }
  return undefined;
}
