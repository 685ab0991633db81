import { corruptImage } from "./image-rejection.ts";

/** One segment of a JPEG (ITU-T T.81, annex B), with the compressed data that follows it if it is the head of a scan. */
export interface JpegSegment {
  marker: number;
  /** The bytes after the length. */
  body: Buffer;
  /** The offset of the marker's FF, and of the first byte after the segment's body. */
  start: number;
  bodyEnd: number;
  /** The offset of the first byte after the segment and its compressed data. */
  end: number;
}

export const MARKER = {
  sof0: 0xc0,
  sof1: 0xc1,
  sos: 0xda,
  eoi: 0xd9,
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app14: 0xee,
  app15: 0xef,
  com: 0xfe,
} as const;

/**
 * Yields the segments of a JPEG up to its end, and ends earlier if the file is cut short or not a JPEG. Bytes between two
 * segments are skipped, as decoders do: some cameras leave some there.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE` for a segment without a length, after which nobody could count further ones
 */
export function* jpegSegments(file: Buffer): Generator<JpegSegment> {
  let at = 2;
  for (;;) {
    const code = nextMarker(file, at);
    if (code === undefined) return;
    const marker = file.readUInt8(code);
    if (marker === MARKER.eoi) return yield { marker, body: file.subarray(0, 0), ...ends(code, code + 1) };
    if (isStandalone(marker)) {
      at = code + 1;
      continue;
    }
    if (code + 3 > file.length) return;
    const bodyEnd = code + 1 + file.readUInt16BE(code + 1);
    if (bodyEnd < code + 3) throw corruptImage("jpeg", "has a segment without a length", `at byte ${code}`);
    if (bodyEnd > file.length) return;
    const end = marker === MARKER.sos ? endOfScan(file, bodyEnd) : bodyEnd;
    yield { marker, body: file.subarray(code + 3, bodyEnd), start: code - 1, bodyEnd, end };
    at = end;
  }
}

function ends(code: number, end: number) {
  return { start: code - 1, bodyEnd: end, end };
}

/** Returns the offset of the next marker's code: the byte after FF that is neither FF nor 0. */
function nextMarker(file: Buffer, start: number): number | undefined {
  for (let at = file.indexOf(0xff, start); at !== -1; at = file.indexOf(0xff, at + 1)) {
    const code = file[at + 1];
    if (code === undefined) return undefined;
    if (code !== 0 && code !== 0xff) return at + 1;
  }
  return undefined;
}

/** Restart markers and TEM have no length. */
function isStandalone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

/** Finds the next marker after compressed data, in which FF is followed only by 00 or a restart marker. */
export function endOfScan(file: Buffer, start: number): number {
  for (let at = file.indexOf(0xff, start); at !== -1; at = file.indexOf(0xff, at + 1)) {
    const code = file[at + 1] ?? 0;
    if (code !== 0 && code !== 0xff && (code < 0xd0 || code > 0xd7)) return at;
  }
  return file.length;
}
