import type { Facts } from "@image-pipeline/schema";
import { ImageRejection } from "./image-rejection.ts";
import { isoBrands } from "./iso-brands.ts";
import { isAvif, refusedName } from "./refused-formats.ts";
import { readTags, TAG } from "./tiff-tags.ts";

type Format = Facts["format"];

/** How far into a file a text format may hide its first tag behind a byte-order mark, comments and a DOCTYPE. */
const HEAD_BYTES = 4096;

/**
 * The format of a file by its bytes, whatever it is called, against the allow-list; no decoder has seen it by then.
 *
 * @throws {ImageRejection} `UNSUPPORTED_FORMAT`, naming the format where it is a known one
 */
export function sniffFormat(source: Uint8Array): Format {
  const head = Buffer.from(source.buffer, source.byteOffset, Math.min(source.length, HEAD_BYTES)).toString(
    "latin1",
  );
  const format = acceptedFormat(head);
  const refused = refusedName(head) ?? (format === "tiff" && isCameraRaw(source) ? "camera raw" : undefined);
  if (format && !refused) return format;
  throw unsupported(refused);
}

/** A refusal of a format, by its name where it has one. */
export function unsupported(name: string | undefined): ImageRejection {
  const what = name === undefined ? "The bytes are of no known picture format" : `${name} is not accepted`;
  return new ImageRejection(
    "UNSUPPORTED_FORMAT",
    `${what}. Convert the file to JPEG, PNG, WebP, GIF, TIFF or AVIF, then upload it again.`,
  );
}

function acceptedFormat(head: string): Format | undefined {
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "gif";
  if (head.startsWith("RIFF") && head.startsWith("WEBPVP8", 8)) return "webp";
  if (["II*\0", "MM\0*", "II+\0", "MM\0+"].some((magic) => head.startsWith(magic))) return "tiff";
  return isAvif(isoBrands(head)) ? "avif" : undefined;
}

/** Raw files of many cameras are TIFF by their first bytes; as TIFF they would give their tiny preview, or nonsense. */
function isCameraRaw(source: Uint8Array): boolean {
  const tags = readTags(source);
  const isReduced = tags.get(TAG.newSubfileType)?.[0] === 1;
  return tags.has(TAG.dngVersion) || (isReduced && tags.has(TAG.subIfds));
}
