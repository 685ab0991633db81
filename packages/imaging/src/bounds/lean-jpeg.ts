import type { Limits } from "@image-pipeline/schema/config";
import { corruptImage } from "../image-rejection.ts";
import { tooManyParts } from "./too-many.ts";

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const COMMENT = 0xfe;

/** The application segments that the picture, its colours and its facts are read from, by their first bytes. */
const KEPT_APPLICATIONS: readonly (readonly [marker: number, begins: string, isRepeated: boolean])[] = [
  [0xe0, "JFIF\0", false],
  [0xe1, "Exif\0", false],
  [0xe2, "ICC_PROFILE\0", true], // 64 KiB at most each
  [0xee, "Adobe", false],
];

/**
 * Returns the JPEG without the segments that no rendition needs and without the bytes after its end. Its decoder keeps every
 * application segment in a list, and goes over all pixels for every scan, even an empty one; no time limit applies to either.
 *
 * @throws {ImageRejection} `TOO_MANY_PARTS`; `CORRUPT_IMAGE` for bytes between two segments
 */
export function leanJpeg(source: Uint8Array, { maxParts, maxScans }: Limits): Uint8Array {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const kept: Buffer[] = [];
  const seen = new Set<string>();
  const count = { parts: 0, scans: 0 };
  let from = 0;
  let end = file.length;
  for (const { marker, at, next } of jpegSegments(file)) {
    if (marker === END_OF_IMAGE) end = next;
    if (++count.parts > maxParts) throw tooManyParts("segments", maxParts);
    if (marker === START_OF_SCAN && ++count.scans > maxScans) throw tooManyParts("scans", maxScans);
    if (isKept(marker, file.subarray(at + 4, next), seen)) continue;
    kept.push(file.subarray(from, at));
    from = next;
  }
  if (from === 0 && end === file.length) return source;
  return Buffer.concat([...kept, file.subarray(from, end)]);
}

interface JpegSegment {
  marker: number;
  at: number;
  /** The offset of the next segment; for a scan, after its compressed data. */
  next: number;
}

/**
 * Yields the segments of a JPEG in their order, up to its end or to a truncation (ITU-T T.81, annex B).
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE`
 */
function* jpegSegments(file: Buffer): Generator<JpegSegment> {
  let at = 2;
  while (at + 2 <= file.length) {
    if (file[at] !== 0xff) throw corruptImage("jpeg", "has bytes between its segments", `at byte ${at}`);
    const marker = file.readUInt8(at + 1);
    const next = endOf(file, at, marker);
    if (next > file.length) return;
    if (marker !== 0xff) yield { marker, at, next };
    if (marker === END_OF_IMAGE) return;
    at = next;
  }
}

/** Returns the offset after a segment: after a byte that only fills, after a marker without a body, or after the body. */
function endOf(file: Buffer, at: number, marker: number): number {
  if (marker === 0xff) return at + 1;
  if (marker === END_OF_IMAGE || marker === 0x01 || isRestart(marker)) return at + 2;
  if (at + 4 > file.length) return file.length + 1;
  const length = file.readUInt16BE(at + 2);
  if (length < 2) throw corruptImage("jpeg", "has a segment without a length", `at byte ${at}`);
  return marker === START_OF_SCAN ? endOfScan(file, at + 2 + length) : at + 2 + length;
}

/** Finds the next marker after compressed data, in which FF is followed only by 00, by FF or by a restart marker. */
export function endOfScan(file: Buffer, start: number): number {
  for (let at = file.indexOf(0xff, start); at !== -1; at = file.indexOf(0xff, at + 1)) {
    const after = file[at + 1] ?? 0;
    if (after !== 0 && after !== 0xff && !isRestart(after)) return at;
  }
  return file.length;
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

function isKept(marker: number, body: Buffer, seen: Set<string>): boolean {
  if (marker === COMMENT) return false;
  if (marker < 0xe0 || marker > 0xef) return true;
  const known = KEPT_APPLICATIONS.find(
    ([of, begins]) => of === marker && body.toString("latin1", 0, begins.length) === begins,
  );
  if (!known) return false;
  const [, name, isRepeated] = known;
  const isFirst = !seen.has(name);
  seen.add(name);
  return isFirst || isRepeated;
}
