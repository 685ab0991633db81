import { endOfScan, jpegSegments, MARKER } from "../jpeg-segments.ts";
import type { InputFormat, OutputFormat } from "./format.ts";
import { repairJpeg, toLeanJpeg } from "./lean-jpeg.ts";

/** A JPEG of several scans is held as coefficients of two bytes, and its chroma subsampling decides their number for a pixel. */
const COEFFICIENT_BYTES = 2;
const SAMPLES_PER_PIXEL: Record<string, number> = { "4:2:0": 1.5, "4:2:2": 2, "4:4:4": 3 };

export const jpeg: InputFormat = {
  name: "JPEG",
  matches: (head) => head.startsWith("\xff\xd8\xff"),
  decoder: "VipsForeignLoadJpegBuffer",
  isDetected: ({ format }) => format === "jpeg",
  prepare: toLeanJpeg,
  hasGainMap: hasJpegGainMap,
  repair: async (file) => repairJpeg(file),
  heldBytesPerPixel: ({ isInterlaced, chromaSubsampling = "", channels }) =>
    isInterlaced ? COEFFICIENT_BYTES * (SAMPLES_PER_PIXEL[chromaSubsampling] ?? channels) : 0,
};

export const jpegOutput: OutputFormat<"jpeg"> = {
  extension: "jpg",
  maxSide: 65_500, // libjpeg's JPEG_MAX_DIMENSION
  maxPixels: 24_000_000, // at 6 bytes a pixel
  isOpaque: true,
  encoders: ["jpegsave"],
  encode: (picture, { quality, progressive, mozjpeg, chromaSubsampling }) =>
    picture.jpeg({ quality, chromaSubsampling, ...(mozjpeg ? { mozjpeg } : { progressive }) }),
  // mozjpeg is always progressive. Hashes of files in 4:2:0 are older than the option.
  toHashed: ({ chromaSubsampling, ...options }) => ({
    ...(options.mozjpeg ? { ...options, progressive: true } : options),
    ...(chromaSubsampling === "4:2:0" ? {} : { chromaSubsampling }),
  }),
  container: {
    parts: jpegParts,
    needed: [
      "JFIF",
      "Adobe",
      ...["db", "c0", "c1", "c2", "c4", "dd", "da"].map((marker) => `marker ${marker}`),
    ],
    profile: ["ICC"],
    rights: "XMP",
  },
};

/** Marks of gain maps: of ISO 21496-1, and of the XMP that Android and Adobe write. */
const GAIN_MAP_MARKS: readonly (readonly [marker: number, text: string])[] = [
  [MARKER.app2, "urn:iso:std:iso:ts:21496:-1"],
  [MARKER.app1, "http://ns.adobe.com/hdr-gain-map/"],
];

/** The part of a file that has its header: EXIF, a profile and XMP, of 64 KiB each. */
const HEADER_BYTES = 512 * 1024;

/** Returns true for a JPEG whose header names a gain map, which follows the picture as a second JPEG. */
function hasJpegGainMap(source: Uint8Array): boolean {
  const header = Buffer.from(source.buffer, source.byteOffset, Math.min(source.byteLength, HEADER_BYTES));
  for (const { marker, body } of jpegSegments(header)) {
    if (marker === MARKER.sos) return false;
    if (GAIN_MAP_MARKS.some(([of, text]) => of === marker && body.includes(text, 0, "latin1"))) return true;
  }
  return false;
}

/** The kind of an application segment, by its first bytes. */
const APPLICATION_NAMES: readonly (readonly [marker: number, begins: string, name: string])[] = [
  [0xe0, "JFIF\0", "JFIF"],
  [0xe1, "http://ns.adobe.com/xap/1.0/\0", "XMP"],
  [0xe2, "ICC_PROFILE\0", "ICC"],
  [0xee, "Adobe", "Adobe"],
];

/** Names the segments of a JPEG in their order (ITU-T T.81, annex B); then `cut short` if the file ends before its end. */
function* jpegParts(file: Buffer): Generator<string> {
  let at = 2;
  while (at + 4 <= file.length) {
    if (file[at] !== 0xff) return yield "stray bytes";
    const marker = file.readUInt8(at + 1);
    const next = at + 2 + file.readUInt16BE(at + 2);
    yield nameOf(marker, file.subarray(at + 4, next));
    at = marker === MARKER.sos ? endOfScan(file, next) : next;
    if (file[at + 1] === MARKER.eoi) return at + 2 === file.length ? undefined : yield "trailing bytes";
  }
  yield "cut short";
}

function nameOf(marker: number, body: Buffer): string {
  const application = APPLICATION_NAMES.find(
    ([of, begins]) => of === marker && body.toString("latin1", 0, begins.length) === begins,
  );
  return application?.[2] ?? `marker ${marker.toString(16)}`;
}
