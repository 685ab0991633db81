import type { Facts } from "@image-pipeline/schema/manifest";
import { MAX_RIGHTS_CHARACTERS } from "@image-pipeline/schema/plain-text";
import { cleanText } from "../exif-facts.ts";
import { readTags, TAG } from "../tiff-tags.ts";
import { findPackets } from "./find-packets.ts";
import { type Rights, readXmp } from "./xmp.ts";

/** Numbers of a dataset (IPTC IIM 4.2): its record, and its number in the record. */
const BYLINE = "2:80";
const COPYRIGHT = "2:116";
/** A dataset begins with this byte; then come its record, its number and its length. */
const TAG_MARKER = 0x1c;
const HEADER_BYTES = 5;

/**
 * Reads a picture's copyright and creator: from EXIF, else from XMP, else from IPTC, as the guidelines of the Metadata Working Group
 * rank the first; XMP goes before IPTC, whose characters are a guess.
 *
 * @param tiff the TIFF structure of its EXIF tags
 */
export async function rightsFacts(
  source: Uint8Array,
  format: Facts["format"],
  tiff: Uint8Array | undefined,
): Promise<Rights> {
  const { xmp, iptc } = findPackets(source, format);
  const all = [exifRights(tiff), xmp && (await readXmp(xmp)), iptc && readIptc(iptc)];
  const first = (name: keyof Rights) =>
    all.map((rights) => clean(rights?.[name] ?? [])).find((text) => text !== undefined);
  const [copyright, creator] = [first("copyright"), first("creator")];
  return { ...(copyright && { copyright }), ...(creator && { creator }) };
}

function exifRights(tiff: Uint8Array | undefined): Record<keyof Rights, string[]> {
  const tags = tiff && readTags(tiff);
  // A copyright has two parts, the photographer's and the editor's, each with a zero behind it.
  return { copyright: partsOf(tags?.get(TAG.copyright)), creator: partsOf(tags?.get(TAG.artist)) };
}

function partsOf(value: Buffer | number[] | undefined): string[] {
  return Buffer.isBuffer(value) ? value.toString("utf8").split("\0") : [];
}

function clean(texts: readonly string[]): string | undefined {
  const cleaned = texts
    .map((text) => cleanText(text, MAX_RIGHTS_CHARACTERS))
    .filter((text) => text !== undefined);
  return cleanText([...new Set(cleaned)].join("; "), MAX_RIGHTS_CHARACTERS);
}

/** Reads the copyright and the creators from the datasets of IPTC, up to one that is cut short or longer than 32 KiB. */
function readIptc(data: Buffer): { copyright: string[]; creator: string[] } {
  const found = { copyright: [] as string[], creator: [] as string[] };
  for (let at = 0; at + HEADER_BYTES <= data.length && data[at] === TAG_MARKER; ) {
    const end = at + HEADER_BYTES + data.readUInt16BE(at + 3);
    const text = data.subarray(at + HEADER_BYTES, end);
    const number = `${data[at + 1]}:${data[at + 2]}`;
    if (number === COPYRIGHT) found.copyright.push(decodeText(text));
    if (number === BYLINE) found.creator.push(decodeText(text));
    at = end;
  }
  return found;
}

/** Decodes UTF-8, which editors write with or without declaring it, or else Latin-1. */
function decodeText(text: Buffer): string {
  const decoded = text.toString("utf8");
  return decoded.includes("\ufffd") ? text.toString("latin1") : decoded;
}
