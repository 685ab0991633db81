import type { Limits } from "@image-pipeline/schema/config";
import { unsupportedKind } from "../image-rejection.ts";
import { boxesIn, type IsoItems, type Item, readIsoItems } from "../iso-items.ts";
import type { Size } from "../size.ts";
import {
  type CodedPicture,
  damaged,
  propertyOf,
  readCodedPicture,
  requireKnownProperties,
} from "./coded-picture.ts";

/** A change to the decoded picture, in the order in which they are made (ISO/IEC 23008-12, section 6.5). */
export type Transform =
  | { kind: "rotate"; anticlockwise: number }
  | { kind: "mirror"; exchanges: "top and bottom" | "left and right" }
  | { kind: "crop"; left: number; top: number; width: number; height: number };

/** The codes of ITU-T H.273 for a picture's colours. */
export interface ColourCodes {
  primaries: number;
  transfer: number;
  matrix: number;
  isFullRange: boolean;
}

/** The declarations of a HEIC file about its primary picture. Nothing is decoded yet. */
export interface HeicPicture extends CodedPicture {
  transforms: readonly Transform[];
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
    transforms: transformsOf(shown.toReversed(), coded.stored),
    alpha: alphaOf(items, shown, limits),
    ...coloursOf([...shown, ...coded.tiles.slice(0, 1)]),
    exif: exifOf(items),
  };
}

/** Returns the size of the picture after its transforms. */
export function displayedSize({ stored, transforms }: Pick<HeicPicture, "stored" | "transforms">): Size {
  return transforms.reduce<Size>((size, transform) => {
    if (transform.kind === "crop") return { width: transform.width, height: transform.height };
    return isTurned(transform) ? { width: size.height, height: size.width } : size;
  }, stored);
}

/** Returns true for a rotation that exchanges width and height. */
export function isTurned(transform: Transform): boolean {
  return transform.kind === "rotate" && transform.anticlockwise % 180 !== 0;
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

function transformsOf(items: readonly Item[], stored: Size): Transform[] {
  let size = stored;
  return items
    .flatMap(({ properties }) => properties)
    .flatMap(({ type, body }): Transform[] => {
      if (type === "irot") {
        const rotation: Transform = { kind: "rotate", anticlockwise: 90 * ((body[0] ?? 0) & 3) };
        if (isTurned(rotation)) size = { width: size.height, height: size.width };
        return [rotation];
      }
      if (type === "imir")
        return [
          { kind: "mirror", exchanges: ((body[0] ?? 0) & 1) === 0 ? "top and bottom" : "left and right" },
        ];
      if (type !== "clap") return [];
      const crop = toCrop(body, size);
      size = crop;
      return [crop];
    });
}

/** Reads a clean aperture: its size, and the distance of its centre from the picture's (ISO/IEC 14496-12, section 12.1.4). */
function toCrop(clap: Buffer, picture: Size): Extract<Transform, { kind: "crop" }> {
  if (clap.length < 32) throw damaged("has a crop that cannot be read", `${clap.length} bytes`);
  const fraction = (at: number) => clap.readInt32BE(at) / clap.readUInt32BE(at + 4);
  const [width, height] = [Math.round(fraction(0)), Math.round(fraction(8))];
  const left = Math.round(fraction(16) + (picture.width - width) / 2);
  const top = Math.round(fraction(24) + (picture.height - height) / 2);
  const isInside =
    width > 0 &&
    height > 0 &&
    left >= 0 &&
    top >= 0 &&
    left + width <= picture.width &&
    top + height <= picture.height;
  if (!isInside) throw damaged("has a crop beyond its edges", `${width} x ${height} at ${left}, ${top}`);
  return { kind: "crop", left, top, width, height };
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
