import type { Limits } from "@image-pipeline/schema/config";
import { unsupportedKind } from "../image-rejection.ts";
import { boxesIn, type IsoItems, type Item, readIsoItems } from "../iso-items.ts";
import {
  type CodedPicture,
  damaged,
  propertyOf,
  readCodedPicture,
  requireKnownProperties,
} from "./coded-picture.ts";
import { readTransforms, type Transforms } from "./transforms.ts";

/** The codes of ITU-T H.273 for a picture's colours. */
export interface ColourCodes {
  primaries: number;
  transfer: number;
  matrix: number;
  isFullRange: boolean;
}

/** The declarations of a HEIC file about its primary picture. Nothing is decoded yet. */
export interface HeicPicture extends CodedPicture, Transforms {
  /** The transparency of the stored picture, in the brightness of another one. */
  alpha: (CodedPicture & { isPremultiplied: boolean }) | undefined;
  icc: Buffer | undefined;
  codes: ColourCodes | undefined;
  exif: Buffer | undefined;
}

/** Names of transparency among auxiliary pictures (ISO/IEC 23008-12, section 6.5.8, and ISO/IEC 23000-22). */
const ALPHA = ["urn:mpeg:hevc:2015:auxid:1", "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"];
const MOST_LEVELS = 4;

/**
 * Reads the declarations of a HEIC file: one HEVC picture or a grid of them, and its transparency. Depth maps, gain maps, thumbnails
 * and every other item are left alone.
 *
 * @throws {ImageRejection} `UNSUPPORTED_FORMAT`, `CORRUPT_IMAGE`, `TOO_MANY_PIXELS`
 */
export function readHeicPicture(file: Buffer, limits: Limits): HeicPicture {
  const items = readIsoItems(file);
  const primary = items?.items.get(items.primary);
  if (!items && isSequence(file)) throw unsupportedKind("A HEIF sequence without a picture");
  if (!items || !primary) throw damaged("has no readable list of pictures", "the boxes of its header");
  const shown = identities(items, primary);
  const coded = readCodedPicture(items, shown.at(-1) ?? primary, limits);
  return {
    ...coded,
    // Those of the innermost item come first.
    ...readTransforms(shown.toReversed(), coded.stored),
    alpha: alphaOf(items, shown, limits),
    ...coloursOf([...shown, ...coded.tiles.slice(0, 1)]),
    exif: exifOf(items),
  };
}

function isSequence(file: Buffer): boolean {
  for (const { type } of boxesIn(file)) if (type === "moov") return true;
  return false;
}

/** Follows items of the type `iden`, which show another one with further transforms; the last one is coded. */
function identities(items: IsoItems, item: Item): Item[] {
  const found = [item];
  for (let last = item; last.type === "iden"; ) {
    requireKnownProperties(last);
    const [of, ...more] = items.referencesFrom(last.id, "dimg");
    const next = of === undefined ? undefined : items.items.get(of);
    if (!next || more.length > 0 || found.length === MOST_LEVELS)
      throw damaged("has an identity of no other picture", `item ${last.id}`);
    found.push(next);
    last = next;
  }
  return found;
}

/** Finds the transparency of a picture, or of the one that it shows. */
function alphaOf(items: IsoItems, shown: readonly Item[], limits: Limits): HeicPicture["alpha"] {
  for (const { id } of shown) {
    for (const from of items.referencesTo(id, "auxl")) {
      const item = items.items.get(from);
      const kind = item && propertyOf(item, "auxC")?.toString("latin1", 4);
      if (!item || !ALPHA.some((name) => kind?.startsWith(name))) continue;
      const isPremultiplied = items.referencesFrom(id, "prem").includes(from);
      return { ...readCodedPicture(items, item, limits), isPremultiplied };
    }
  }
  return undefined;
}

/** Returns the colours that the first of the items declares that declares any. */
function coloursOf(items: readonly Item[]): Pick<HeicPicture, "icc" | "codes"> {
  const found = items.flatMap(({ properties }) => properties).filter(({ type }) => type === "colr");
  const bodyOf = (...kinds: string[]) =>
    found.find(({ body }) => kinds.includes(body.toString("latin1", 0, 4)))?.body.subarray(4);
  const nclx = bodyOf("nclx");
  return {
    icc: bodyOf("prof", "rICC"),
    codes:
      nclx && nclx.length >= 7
        ? {
            primaries: nclx.readUInt16BE(0),
            transfer: nclx.readUInt16BE(2),
            matrix: nclx.readUInt16BE(4),
            isFullRange: ((nclx[6] ?? 0) & 0x80) !== 0,
          }
        : undefined,
  };
}

/** Returns the EXIF of the primary picture, without the offset before it (ISO/IEC 23008-12, annex A.2.1). */
function exifOf(items: IsoItems): Buffer | undefined {
  for (const id of items.referencesTo(items.primary, "cdsc")) {
    const item = items.items.get(id);
    if (item?.type !== "Exif" || !item.extents) continue;
    const data = Buffer.concat(item.extents);
    if (data.length > 4) return data.subarray(4 + data.readUInt32BE(0));
  }
  return undefined;
}
