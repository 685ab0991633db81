import type { Limits } from "@image-pipeline/schema/config";
import { tooManyParts } from "../bounds/too-many.ts";
import { type JpegSegment, jpegSegments, MARKER } from "../jpeg-segments.ts";

/** Application segments that the picture, its colours and its facts are read from, by their first bytes. */
const KEPT: readonly (readonly [marker: number, begins: string])[] = [
  [MARKER.app0, "JFIF\0"],
  [MARKER.app1, "Exif\0\0"],
  [MARKER.app2, "ICC_PROFILE\0"],
  [MARKER.app14, "Adobe"],
];
/** Segments that make sense once; decoders read the first of each. */
const ONCE: ReadonlySet<number> = new Set([MARKER.app0, MARKER.app1, MARKER.app14]);

const JFIF_MAJOR_AT = 5;
const ADOBE_TRANSFORM_AT = 11;
const CHANNELS_AT = 5;

/**
 * Returns the JPEG without the segments that no rendition needs, and without harmless faults that decoders only warn about.
 * With the rest, every warning of the decoder means damage:
 *
 * - bytes between segments (phones by Google and others) are left out;
 * - the range of coefficients of a sequential scan, which Samsung's phones write as 0 to 0, is written as 0 to 63;
 * - a version of JFIF above 1, and an unknown colour transform of Adobe, are written as decoders take them.
 *
 * Its decoder keeps every application segment in a list, and goes over all pixels for every scan, even an empty one; no time limit
 * applies to either, so both are counted.
 *
 * @throws {ImageRejection} `TOO_MANY_PARTS`
 */
export function toLeanJpeg(source: Uint8Array, { maxParts, maxScans }: Limits): Uint8Array {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const frame = frameOf(file, maxParts);
  const count = { parts: 0, scans: 0 };
  const parts: Uint8Array[] = [];
  const seen = new Set<number>();
  /** The bytes from here up to the segment are kept as they are. */
  let from = 0;
  let end = 2;
  const keepUpTo = (at: number) => {
    if (at > from) parts.push(file.subarray(from, at));
  };
  for (const segment of jpegSegments(file)) {
    if (++count.parts > maxParts) throw tooManyParts("segments", maxParts);
    if (segment.marker === MARKER.sos && ++count.scans > maxScans) throw tooManyParts("scans", maxScans);
    const isKnown = isKept(segment) && !(ONCE.has(segment.marker) && seen.has(segment.marker));
    const right = isKnown ? rightBody(segment, frame) : undefined;
    if (segment.start !== end || !isKnown) {
      keepUpTo(end);
      from = isKnown ? segment.start : segment.end;
    }
    if (right) {
      keepUpTo(segment.start + 4);
      parts.push(right);
      from = segment.bodyEnd;
    }
    seen.add(segment.marker);
    end = segment.end;
    if (segment.marker === MARKER.eoi) break;
  }
  const isComplete = seen.has(MARKER.eoi);
  if (parts.length === 0) return isComplete ? source.subarray(0, end) : source;
  // Without an end, the decoder judges the rest.
  keepUpTo(isComplete ? end : file.length);
  return Buffer.concat(parts);
}

/** Returns the segment that declares the size and the process of the picture. */
function frameOf(file: Buffer, maxParts: number): JpegSegment | undefined {
  let parts = 0;
  for (const segment of jpegSegments(file)) {
    if (isFrame(segment.marker)) return segment;
    if (segment.marker === MARKER.sos || ++parts > maxParts) return undefined;
  }
  return undefined;
}

function isKept({ marker, body }: JpegSegment): boolean {
  if (marker === MARKER.com) return false;
  if (marker < MARKER.app0 || marker > MARKER.app15) return true;
  return KEPT.some(([of, begins]) => of === marker && body.toString("latin1", 0, begins.length) === begins);
}

/** Returns the corrected body of a segment, or undefined if nothing is wrong. */
function rightBody({ marker, body }: JpegSegment, frame: JpegSegment | undefined): Uint8Array | undefined {
  if (marker === MARKER.app0) return corrected(body, JFIF_MAJOR_AT, [1]);
  if (marker === MARKER.app14 && frame) return rightTransform(body, frame);
  if (marker === MARKER.sos && frame && isSequential(frame.marker))
    return corrected(body, body.length - WHOLE_RANGE.length, WHOLE_RANGE);
  return undefined;
}

/** The first and the last coefficient of a sequential scan, and no approximation (T.81, table B.3). */
const WHOLE_RANGE = [0, 63, 0];

/** Decoders take an unknown colour transform as YCbCr (1) for three channels, and as YCCK (2) for four. */
function rightTransform(body: Buffer, frame: JpegSegment): Uint8Array | undefined {
  const transformed = frame.body[CHANNELS_AT] === 4 ? 2 : 1;
  return body[ADOBE_TRANSFORM_AT] === 0 ? undefined : corrected(body, ADOBE_TRANSFORM_AT, [transformed]);
}

/** Returns a copy with other values, or undefined if the body has them already or is too short for them. */
function corrected(body: Buffer, at: number, values: readonly number[]): Buffer | undefined {
  if (at < 0 || at + values.length > body.length) return undefined;
  if (values.every((value, index) => body[at + index] === value)) return undefined;
  const copy = Buffer.from(body);
  copy.set(values, at);
  return copy;
}

function isSequential(marker: number): boolean {
  return marker === MARKER.sof0 || marker === MARKER.sof1;
}

/** SOF0 to SOF15, without the tables DHT and DAC and the reserved JPG. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/**
 * Returns a JPEG that the decoder may accept after it refused the file, or undefined: with an end, if only the end of a picture
 * of one scan is missing; without padding before its end. Damaged data stays damaged.
 */
export function repairJpeg(source: Uint8Array): Uint8Array | undefined {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const scan = onlyScan(file);
  const frame = frameOf(file, Number.POSITIVE_INFINITY);
  if (!scan || !frame || !isSequential(frame.marker)) return undefined;
  const data = file.subarray(0, endOfData(file, scan));
  return Buffer.concat([data, Buffer.of(0xff, MARKER.eoi)]);
}

/** Returns the scan of a picture of one. A picture of several that is cut between two of them looks whole to a decoder. */
function onlyScan(file: Buffer): JpegSegment | undefined {
  let scan: JpegSegment | undefined;
  for (const segment of jpegSegments(file)) {
    if (segment.marker !== MARKER.sos) continue;
    if (scan) return undefined;
    scan = segment;
  }
  return scan;
}

/** Returns the end of a scan's data without padding of equal bytes, 00 or FF. */
function endOfData(file: Buffer, { bodyEnd, end }: JpegSegment): number {
  const padding = file[end - 1];
  if (padding !== 0 && padding !== 0xff) return end;
  let at = end;
  while (at > bodyEnd && file[at - 1] === padding) at--;
  // A 00 after an FF belongs to it.
  return padding === 0 && file[at - 1] === 0xff ? at + 1 : at;
}
