import { type Limits, maxFramePixels } from "@image-pipeline/schema/config";
import { toCount, tooManyFrames, tooManyPixels } from "./bounds/too-many.ts";
import { inputFormat } from "./formats/formats.ts";
import { fullSize } from "./full-size.ts";
import type { Header } from "./header.ts";
import { ImageRejection } from "./image-rejection.ts";

/**
 * Memory that libvips holds while it streams a picture through the first resize, in lines of it: measured on PNG and TIFF
 * of 8,000 to 100,000 pixels a side, at 8 and 16 bits. A picture of few lines needs less.
 */
const STREAMED_LINES = 800;
const STREAMED_COPIES = 10;
/** Bytes of a file, and of its copy without unneeded parts, for which `maxDecodeMemoryBytes` leaves room in any case. */
const FREE_FILE_BYTES = 40 * 2 ** 20;

/**
 * Checks the size of an object in bytes, before it is downloaded.
 *
 * @throws {ImageRejection} `EMPTY_OBJECT`, `TOO_MANY_BYTES`
 */
export function checkBytes(bytes: number, limits: Limits): void {
  if (bytes === 0)
    throw new ImageRejection("EMPTY_OBJECT", "The object has no bytes. Upload the file again.");
  if (bytes <= limits.maxBytes) return;
  throw new ImageRejection(
    "TOO_MANY_BYTES",
    `The file has ${toMegabytes(bytes)}, more than the ${toMegabytes(limits.maxBytes)} that are accepted. Upload a smaller or more compressed version.`,
  );
}

/** Refuses an object whose metadata says that the pipeline wrote it, and which it did not. @throws {ImageRejection} */
export function checkMark({ isFalselyMarked }: { isFalselyMarked: boolean }): void {
  if (!isFalselyMarked) return;
  throw new ImageRejection(
    "FALSELY_MARKED",
    "The object's metadata says that this pipeline wrote it, and it did not. Upload the file without the metadata generated-by.",
  );
}

/**
 * Checks the size that a header declares against the limits; the pixels of all frames count.
 *
 * @param fileBytes the bytes of the file that are in memory while it is decoded (`heldFileBytes`)
 * @throws {ImageRejection} `TOO_MANY_PIXELS`, `TOO_MANY_FRAMES`
 */
export function checkHeader(header: Header, limits: Limits, fileBytes: number): void {
  const { pages } = header;
  const { width, height } = fullSize(header, limits);
  const framePixels = width * height;
  const most = maxFramePixels(limits, header.format);
  if (framePixels > most) throw tooManyPixels(`${width} x ${height} = ${toCount(framePixels)} pixels`, most);
  if (pages > limits.maxFrames) throw tooManyFrames(pages, limits.maxFrames);
  const totalPixels = framePixels * pages;
  if (pages > 1 && totalPixels > limits.maxTotalPixels) {
    throw tooManyPixels(
      `${width} x ${height} in ${pages} frames = ${toCount(totalPixels)} pixels`,
      limits.maxTotalPixels,
    );
  }
  const memoryBytes =
    decodeMemoryBytes({ ...header, width, height }) + Math.max(0, fileBytes - FREE_FILE_BYTES);
  if (memoryBytes > limits.maxDecodeMemoryBytes) throw tooMuchMemory(header, memoryBytes, limits);
}

/** Returns the bytes of a file and of the file that is decoded instead, unless that one is a part of it. */
export function heldFileBytes(source: Uint8Array, decoded: Uint8Array): number {
  return source.length + (decoded.buffer === source.buffer ? 0 : decoded.length);
}

/** Estimates from a header the most memory that decoding the picture takes, in bytes. */
function decodeMemoryBytes(header: Header): number {
  const { width, height, stored, channels, bitDepth = 8 } = header;
  const lines = Math.min(STREAMED_LINES, STREAMED_COPIES * stored.height);
  const streamed = stored.width * Math.ceil(bitDepth / 8) * channels * lines;
  const held = inputFormat(header.format).heldBytesPerPixel?.(header) ?? 0;
  return Math.round(streamed + width * height * held);
}

/** Returns the rejection of a picture that its decoder keeps in memory: AVIF, and interlaced or progressive pictures. */
function tooMuchMemory(
  { format, width, height, isInterlaced }: Header,
  bytes: number,
  limits: Limits,
): ImageRejection {
  const kind = isInterlaced ? `an interlaced or progressive ${format}` : `this kind of ${format}`;
  const [needed, accepted] = [bytes, limits.maxDecodeMemoryBytes].map((value) => Math.round(value / 2 ** 20));
  return new ImageRejection(
    "TOO_MANY_PIXELS",
    `The picture has ${width} x ${height} pixels; ${kind} takes about ${needed} MiB to decode at that size, more than the ${accepted} that are accepted. Upload a scaled-down version.`,
  );
}

/** Returns a size as "60 MB (60,000,000 bytes)": the exact number, since a file may be larger than a limit by one byte. */
function toMegabytes(bytes: number): string {
  return `${Number((bytes / 1e6).toPrecision(3))} MB (${toCount(bytes)} bytes)`;
}
