import type { Facts } from "@image-pipeline/schema/manifest";
import { MAX_RIGHTS_CHARACTERS } from "@image-pipeline/schema/plain-text";
import { cleanText } from "../exif-facts.ts";
import { readTags, TAG } from "../tiff-tags.ts";
import { findPackets } from "./find-packets.ts";
import { readIptc } from "./iptc.ts";
import { type Rights, readXmp } from "./xmp.ts";

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
