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
const CIELAB = 8;
const ORIENTATION = 274;

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

/** Returns the name of a kind of pixels that libvips cannot read: it has CIELAB at 16 bits only. */
export function unreadablePixels(source: Uint8Array): string | undefined {
  const page = mainPage(tiffFile(source));
  const isLab = page && numberOf(page, PHOTOMETRIC) === CIELAB;
  return isLab && numberOf(page, BITS_PER_SAMPLE) === 8 ? "CIELAB with 8 bits a channel" : undefined;
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
