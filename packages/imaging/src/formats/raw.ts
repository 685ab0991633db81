import { corruptImage } from "../image-rejection.ts";
import { jpegSegments, MARKER } from "../jpeg-segments.ts";
import { readTags, TAG } from "../tiff-tags.ts";
import type { InputFormat } from "./format.ts";
import { jpeg } from "./jpeg.ts";
import { findPreview } from "./raw-preview.ts";

/** Signatures of Canon's files; those of other makers begin like a TIFF. */
const CR2 = { text: "CR\x02\0", at: 8 };
const CR3 = { text: "ftypcrx ", at: 4 };
const TIFF_SIGNATURES = ["II*\0", "MM\0*"];

/**
 * Raw files of cameras (CR2, CR3, NEF, ARW, DNG). The largest JPEG in the file is rendered, as the camera developed it: the raw data
 * are not read.
 */
export const raw: InputFormat = {
  ...jpeg,
  name: "camera raw",
  isOffByDefault: true,
  matches: (head, file) =>
    head.startsWith(CR2.text, CR2.at) || head.startsWith(CR3.text, CR3.at) || isRawTiff(head, file),
  prepare: (file, limits) => jpeg.prepare(uprightPreview(file), limits),
  hasGainMap: () => false,
  exif: (file) => findPreview(file)?.tags ?? Buffer.of(),
};

/** Returns true for a raw file that begins like a TIFF: decoded as one it would be a tiny preview, or noise. */
function isRawTiff(head: string, file: Uint8Array): boolean {
  if (!TIFF_SIGNATURES.some((signature) => head.startsWith(signature))) return false;
  const tags = readTags(file);
  const isReduced = tags.get(TAG.newSubfileType)?.[0] === 1;
  return tags.has(TAG.dngVersion) || (isReduced && tags.has(TAG.subIfds));
}

/**
 * Returns the largest JPEG of a raw file with the orientation of the raw picture, in the place of its own EXIF.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE` for a file without one
 */
function uprightPreview(file: Uint8Array): Buffer {
  const preview = findPreview(file);
  if (!preview)
    throw corruptImage("raw", "has no JPEG preview that can be shown", "no baseline or progressive JPEG");
  const { jpeg: whole, orientation } = preview;
  const parts = [whole.subarray(0, 2), orientationSegment(orientation)];
  let at = 2;
  for (const { marker, body, start, bodyEnd } of jpegSegments(whole)) {
    if (marker === MARKER.sos) break;
    if (marker !== MARKER.app1 || body.toString("latin1", 0, 4) !== "Exif") continue;
    parts.push(whole.subarray(at, start));
    at = bodyEnd;
  }
  return Buffer.concat([...parts, whole.subarray(at)]);
}

/** Returns an EXIF segment with one tag. */
function orientationSegment(orientation: number): Buffer {
  const exif = Buffer.from(
    "\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0",
    "latin1",
  );
  exif.writeUInt16BE(orientation, 28);
  return exif;
}
