import type { FourthChannel } from "../header.ts";
import {
  directoryOffsets,
  readDirectory,
  type TiffDirectory,
  type TiffField,
  type TiffFile,
  tiffFile,
  withOnly,
} from "./tiff-directory.ts";

const NEW_SUBFILE_TYPE = 254;
const SUBFILE_TYPE = 255;
const BITS_PER_SAMPLE = 258;
const PHOTOMETRIC = 262;
const RGB = 2;
const CIELAB = 8;
const ORIENTATION = 274;
const EXTRA_SAMPLES = 338;
const UNSPECIFIED = 0;
const SAMPLE_FORMAT = 339;

/** The fields that decide how the pixels are stored and shown; all others are texts and facts (TIFF 6.0 and its supplements). */
const KEPT: ReadonlySet<number> = new Set([
  ...[
    256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 280, 281, 284, 292, 293, 301, 317, 318, 319, 320,
  ],
  ...[
    322, 323, 324, 325, 332, 333, 334, 336, 338, 339, 340, 341, 347, 512, 513, 514, 515, 517, 518, 519, 520,
    521,
  ],
  ...[529, 530, 531, 532, 34_675, 37_439, 50_674],
]);

/** Pages at the beginning of a file that may be thumbnails. */
const MOST_THUMBNAILS = 32;

/**
 * Returns the TIFF with the directory of one page, and in it the fields that its pixels need, once each and in order. Decoders only
 * warn about texts without an end, empty texts or an orientation of 0; of what is left, every warning means damage.
 */
export function toLeanTiff(source: Uint8Array): Uint8Array {
  const tiff = tiffFile(source);
  const page = mainPage(tiff);
  if (!page) return source;
  const fields = neededFields(page);
  const [first, second] = directoryOffsets(tiff);
  const isLean = page.at === first && second === undefined && fields.length === page.fields.length;
  return isLean && fields.every((field, at) => field === page.fields[at])
    ? source
    : withOnly(tiff, page.at, fields);
}

/** Counts the pages of a file. */
export function countPages(source: Uint8Array): number {
  let count = 0;
  for (const _at of directoryOffsets(tiffFile(source))) count++;
  return Math.max(1, count);
}

/** Returns the first page that is not marked as a thumbnail, or else the first page. */
function mainPage(tiff: TiffFile): TiffDirectory | undefined {
  let first: TiffDirectory | undefined;
  let count = 0;
  for (const at of directoryOffsets(tiff)) {
    if (++count > MOST_THUMBNAILS) break;
    const page = readDirectory(tiff, at);
    if (page && !isThumbnail(page)) return page;
    first ??= page;
  }
  return first;
}

/** Returns true for a smaller copy of another page (TIFF 6.0: bit 0 of NewSubfileType; SubfileType 2). */
function isThumbnail(page: TiffDirectory): boolean {
  return (numberOf(page, NEW_SUBFILE_TYPE) & 1) === 1 || numberOf(page, SUBFILE_TYPE) === 2;
}

function numberOf({ fields }: TiffDirectory, wanted: number): number {
  return fields.find(({ tag }) => tag === wanted)?.value ?? 0;
}

/** Names of sample formats that are not whole numbers without a sign (TIFF 6.0, section 19). */
const SAMPLE_FORMATS: Record<number, string> = {
  2: "whole numbers with a sign",
  3: "floating-point numbers",
  5: "complex numbers",
  6: "complex numbers",
};

/** Returns the name of a kind of pixels that libvips reads wrongly, or not at all: it has CIELAB at 16 bits only. */
export function unreadablePixels(source: Uint8Array): string | undefined {
  const page = mainPage(tiffFile(source));
  if (!page) return undefined;
  const bits = numberOf(page, BITS_PER_SAMPLE);
  const samples = SAMPLE_FORMATS[numberOf(page, SAMPLE_FORMAT)];
  if (samples) return `A TIFF of ${samples}`;
  if (bits > 16) return `A TIFF of ${bits} bits a channel`;
  return numberOf(page, PHOTOMETRIC) === CIELAB && bits === 8 ? "CIELAB with 8 bits a channel" : undefined;
}

/** Returns the meaning of a channel beyond the colours, if libvips takes it wrongly for straight alpha. */
export function fourthChannelOf(source: Uint8Array): FourthChannel | undefined {
  const page = mainPage(tiffFile(source));
  const extra = page?.fields.find(({ tag }) => tag === EXTRA_SAMPLES)?.value;
  if (!page || extra === undefined) return undefined;
  if (extra === UNSPECIFIED) return "unspecified";
  return numberOf(page, PHOTOMETRIC) === CIELAB ? "beside CIELAB" : undefined;
}

/** Returns a TIFF in CIELAB as one in RGB: its colours are wrong, and its alpha is right. */
export function withAlphaOfRgb(source: Uint8Array): Uint8Array {
  const tiff = tiffFile(source);
  const page = mainPage(tiff);
  if (!page) return source;
  const fields = page.fields.map((field) =>
    field.tag === PHOTOMETRIC ? withValue(tiff, field, RGB) : field,
  );
  return withOnly(tiff, page.at, fields);
}

/** Returns a field of one SHORT with another value. */
function withValue(tiff: TiffFile, field: TiffField, value: number): TiffField {
  const bytes = Buffer.from(field.bytes);
  tiff.put(bytes, value, 4 + tiff.word, 2);
  return { ...field, value, bytes };
}

function neededFields({ fields }: TiffDirectory): TiffField[] {
  const seen = new Set<number>();
  const needed = fields.filter(({ tag, value }) => {
    const isNeeded = KEPT.has(tag) && !seen.has(tag) && (tag !== ORIENTATION || isOrientation(value));
    seen.add(tag);
    return isNeeded;
  });
  return needed.sort((a, b) => a.tag - b.tag);
}

function isOrientation(value: number | undefined): boolean {
  return value !== undefined && value >= 1 && value <= 8;
}
