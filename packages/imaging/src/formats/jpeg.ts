import type { InputSupport, OutputSupport } from "./format-support.ts";

/** A JPEG of several scans is held as coefficients of two bytes. Chroma subsampling decides their number for a pixel. */
const COEFFICIENT_BYTES = 2;
const SAMPLES_PER_PIXEL: Record<string, number> = { "4:2:0": 1.5, "4:2:2": 2, "4:4:4": 3 };

export const jpeg: InputSupport & OutputSupport = {
  decoder: {
    name: "JPEG",
    operation: "VipsForeignLoadJpegBuffer",
    metadata: { format: "jpeg" },
    matches: (head) => head.startsWith("\xff\xd8\xff"),
    heldBytes: ({ isInterlaced, chromaSubsampling = "", channels }) =>
      isInterlaced ? COEFFICIENT_BYTES * (SAMPLES_PER_PIXEL[chromaSubsampling] ?? channels) : 0,
  },
  encoder: {
    extension: "jpg",
    // libjpeg's JPEG_MAX_DIMENSION; the encoder takes 6 bytes for a pixel.
    maxSide: 65_500,
    maxPixels: 24_000_000,
    hasAlpha: false,
    operations: ["jpegsave"],
    // mozjpeg always writes progressive files.
    settle: (output) => ("mozjpeg" in output && output.mozjpeg ? { ...output, progressive: true } : output),
    container: {
      parts: jpegParts,
      needed: [
        "JFIF",
        "Adobe",
        ...["db", "c0", "c1", "c2", "c4", "dd", "da"].map((marker) => `marker ${marker}`),
      ],
      profile: ["ICC"],
    },
  },
};

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** The application segments that have names, by their marker and their first bytes. */
const APPLICATION_NAMES: readonly (readonly [marker: number, begins: string, name: string])[] = [
  [0xe0, "JFIF\0", "JFIF"],
  [0xe2, "ICC_PROFILE\0", "ICC"],
  [0xee, "Adobe", "Adobe"],
];

/** Names the segments of a JPEG in their order (ITU-T T.81, annex B). */
function* jpegParts(file: Buffer): Generator<string> {
  let at = 2;
  while (at + 4 <= file.length) {
    if (file[at] !== 0xff) return yield "stray bytes";
    const marker = file.readUInt8(at + 1);
    const next = at + 2 + file.readUInt16BE(at + 2);
    yield nameOf(marker, file.subarray(at + 4, next));
    at = marker === START_OF_SCAN ? endOfScan(file, next) : next;
    if (file[at + 1] === END_OF_IMAGE) return at + 2 === file.length ? undefined : yield "trailing bytes";
  }
  yield "cut short";
}

function nameOf(marker: number, body: Buffer): string {
  const application = APPLICATION_NAMES.find(
    ([of, begins]) => of === marker && body.toString("latin1", 0, begins.length) === begins,
  );
  return application?.[2] ?? `marker ${marker.toString(16)}`;
}

/** Finds the next marker after compressed data, in which FF is followed only by 00 or a restart marker. */
function endOfScan(file: Buffer, start: number): number {
  for (let at = file.indexOf(0xff, start); at !== -1; at = file.indexOf(0xff, at + 1)) {
    const after = file[at + 1] ?? 0;
    if (after !== 0 && (after < 0xd0 || after > 0xd7)) return at;
  }
  return file.length;
}
