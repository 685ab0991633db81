import { boxesIn } from "../iso-items.ts";
import { jpegSegments } from "../jpeg-segments.ts";
import { readDirectory, type TiffDirectory, type TiffFile, tiffFile } from "./tiff-directory.ts";

/** The largest JPEG in a camera's raw file, and the directory of TIFF tags that describes the picture. */
export interface RawPreview {
  jpeg: Buffer;
  tags: Buffer;
  /** The EXIF orientation of the raw picture, 1 to 8. */
  orientation: number;
}

/** Tags of TIFF 6.0, and of JPEGs in it. */
const TAG = {
  compression: 259,
  strip: 273,
  orientation: 274,
  stripBytes: 279,
  subIfds: 330,
  jpeg: 513,
  jpegBytes: 514,
};
/** Compressions of a strip that is a JPEG. */
const JPEG_COMPRESSIONS = [6, 7];
const MOST_DIRECTORIES = 32;
const MOST_SUB_DIRECTORIES = 8;
/** The boxes of a CR3 in which a JPEG or the place of one is. */
const CR3_CONTAINERS = new Set(["moov", "trak", "mdia", "minf", "stbl"]);
const CR3_DEPTH = 6;
const UUID_BYTES = 16;

/**
 * Finds the largest JPEG in a camera's raw file: a TIFF (CR2, NEF, ARW, DNG), or Canon's CR3, which is an ISO base media file. Safe on
 * hostile bytes: it follows a bounded number of directories and boxes, and decodes nothing.
 *
 * @returns undefined if the file has no JPEG that a browser could show
 */
export function findPreview(file: Uint8Array): RawPreview | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const tiff = tiffFile(bytes);
  const { jpegs, tags } = tiff.isTiff ? inTiff(tiff) : inCr3(bytes);
  const [largest] = jpegs
    .map((jpeg) => ({ jpeg, area: areaOf(jpeg) }))
    .filter(({ area }) => area > 0)
    .sort((a, b) => b.area - a.area);
  return largest && { jpeg: largest.jpeg, tags, orientation: orientationOf(tags) };
}

function inTiff(tiff: TiffFile): { jpegs: Buffer[]; tags: Buffer } {
  return { jpegs: directoriesOf(tiff).flatMap((directory) => jpegIn(directory, tiff)), tags: tiff.file };
}

/** Returns the directories of a file, with those below them. */
function directoriesOf(tiff: TiffFile): TiffDirectory[] {
  const found: TiffDirectory[] = [];
  const seen = new Set<number>();
  const waiting = [tiff.uint(tiff.firstAt, tiff.word) ?? 0];
  for (let at = waiting.shift(); at !== undefined && seen.size < MOST_DIRECTORIES; at = waiting.shift()) {
    const directory = at === 0 || seen.has(at) ? undefined : readDirectory(tiff, at);
    seen.add(at);
    if (!directory) continue;
    found.push(directory);
    const end = at + tiff.countBytes + directory.fields.length * tiff.entryBytes;
    waiting.push(...subDirectories(directory, tiff), tiff.uint(end, tiff.word) ?? 0);
  }
  return found;
}

function subDirectories({ fields }: TiffDirectory, tiff: TiffFile): number[] {
  const entry = fields.find(({ tag }) => tag === TAG.subIfds);
  if (!entry) return [];
  const { file } = tiff;
  const isLittle = file.toString("latin1", 0, 2) === "II";
  const uint32 = (at: number) => (isLittle ? entry.bytes.readUInt32LE(at) : entry.bytes.readUInt32BE(at));
  const count = Math.min(uint32(4), MOST_SUB_DIRECTORIES);
  if (count === 1) return [uint32(8)];
  return Array.from({ length: count }, (_, index) => tiff.uint(uint32(8) + 4 * index, 4) ?? 0);
}

function jpegIn({ fields }: TiffDirectory, { file }: TiffFile): Buffer[] {
  const value = (wanted: number) => fields.find(({ tag }) => tag === wanted)?.value;
  const isJpeg = JPEG_COMPRESSIONS.includes(value(TAG.compression) ?? 0);
  const at = value(TAG.jpeg) ?? (isJpeg ? value(TAG.strip) : undefined);
  const bytes = value(TAG.jpegBytes) ?? (isJpeg ? value(TAG.stripBytes) : undefined);
  return at === undefined || bytes === undefined ? [] : [file.subarray(at, at + bytes)];
}

/** Finds the JPEGs of a CR3: the first sample of each track, and the tags in the box CMT1. */
function inCr3(file: Buffer): { jpegs: Buffer[]; tags: Buffer } {
  const jpegs: Buffer[] = [];
  let tags = Buffer.of();
  const read = (data: Buffer, depth: number) => {
    let at: number | undefined;
    let bytes: number | undefined;
    for (const { type, body } of boxesIn(data)) {
      if (type === "uuid" && depth === 1) read(body.subarray(UUID_BYTES), depth + 1);
      else if (CR3_CONTAINERS.has(type) && depth < CR3_DEPTH) read(body, depth + 1);
      else if (type === "CMT1" && tags.length === 0) tags = Buffer.from(body);
      else if (type === "stsz" && body.length >= 16) bytes = body.readUInt32BE(4) || body.readUInt32BE(12);
      else if (type === "co64" && body.length >= 16) at = Number(body.readBigUInt64BE(8));
      else if (type === "stco" && body.length >= 12) at = body.readUInt32BE(8);
    }
    if (at !== undefined && bytes !== undefined) jpegs.push(file.subarray(at, at + bytes));
  };
  read(file, 0);
  return { jpegs, tags };
}

function orientationOf(tags: Buffer): number {
  const tiff = tiffFile(tags);
  const first = tiff.isTiff ? readDirectory(tiff, tiff.uint(tiff.firstAt, tiff.word) ?? 0) : undefined;
  const value = first?.fields.find(({ tag }) => tag === TAG.orientation)?.value ?? 1;
  return value >= 1 && value <= 8 ? value : 1;
}

/** Returns the pixels of a JPEG that is not lossless, as the raw data of some cameras are; 0 for any other. */
function areaOf(jpeg: Buffer): number {
  if (jpeg.length < 4 || jpeg.readUInt16BE(0) !== 0xffd8) return 0;
  for (const { marker, body } of jpegSegments(jpeg)) {
    const isFrame = marker >= 0xc0 && marker <= 0xc2;
    if (isFrame && body.length >= 6 && body[0] === 8) return body.readUInt16BE(1) * body.readUInt16BE(3);
    if (isFrame || marker === 0xc3 || marker === 0xda) return 0;
  }
  return 0;
}
