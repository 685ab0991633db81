import type { Limits } from "@image-pipeline/schema/config";
import { corruptImage, ImageRejection, unsupportedKind } from "../image-rejection.ts";
import { boxesIn, type IsoItems, type Item, readIsoItems } from "../iso-items.ts";
import type { Size } from "../size.ts";
import { type HevcConfig, readHevcConfig, readSlices } from "./hevc-config.ts";

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
export interface HeicPicture {
  /** The size before the transforms. */
  stored: Size;
  /** The items that are decoded, row by row: one, or those of a grid. */
  tiles: readonly Item[];
  columns: number;
  /** The size of each tile, and its configuration. */
  tile: Size;
  config: HevcConfig;
  transforms: readonly Transform[];
  icc: Buffer | undefined;
  codes: ColourCodes | undefined;
  exif: Buffer | undefined;
}

/** Properties that are read, or that change nothing about the pixels. An item with another essential one is refused. */
const KNOWN = new Set([
  "hvcC",
  "ispe",
  "irot",
  "imir",
  "clap",
  "colr",
  "pixi",
  "pasp",
  "auxC",
  "clli",
  "mdcv",
  "cclv",
  "amve",
]);
const MOST_TILES = 1024;
/** Pixels by which a stream may be larger than its item: some encoders pad to whole blocks, of 64 pixels at most. */
const MOST_PADDING = 64;

/**
 * Reads the declarations of a HEIC file: one HEVC picture, or a grid of them. Depth maps, gain maps, thumbnails and every other item
 * are left alone.
 *
 * @throws {ImageRejection} `UNSUPPORTED_FORMAT`, `CORRUPT_IMAGE`, `TOO_MANY_PIXELS`
 */
export function readHeicPicture(file: Buffer, limits: Limits): HeicPicture {
  const items = readIsoItems(file);
  const primary = items?.items.get(items.primary);
  if (!items && isSequence(file)) throw unsupportedKind("A HEIF sequence without a picture");
  if (!items || !primary) throw damaged("has no readable list of pictures", "the boxes of its header");
  requireKnown(primary);
  const { tiles, columns, stored } = primary.type === "grid" ? readGrid(items, primary) : single(primary);
  const [first] = tiles;
  const tile = first && sizeOf(first);
  const config = first && configOf(first);
  if (!tile || !config)
    throw damaged("lacks a part of its header", "the size or the configuration of its tiles");
  const tilePixels = tiles.length * tile.width * tile.height;
  if (tiles.length > MOST_TILES || tilePixels > 2 * limits.maxTotalPixels)
    throw tooManyTiles(tiles.length, tile);
  for (const one of tiles) requireSame(one, { tile, config });
  return {
    ...{ stored, tiles, columns, tile, config },
    transforms: transformsOf(primary, stored),
    ...coloursOf(primary, first),
    exif: exifOf(items),
  };
}

/** Returns the size of the picture after its transforms. */
export function displayedSize({ stored, transforms }: HeicPicture): Size {
  return transforms.reduce<Size>((size, transform) => {
    if (transform.kind === "crop") return { width: transform.width, height: transform.height };
    const isTurned = transform.kind === "rotate" && transform.anticlockwise % 180 !== 0;
    return isTurned ? { width: size.height, height: size.width } : size;
  }, stored);
}

/** Returns the units of a tile's stream: its parameter sets, then its slices. */
export function unitsOf(tile: Item): Buffer[] {
  const config = configOf(tile);
  const [data, ...more] = tile.extents ?? [];
  const slices =
    config && data && readSlices(more.length > 0 ? Buffer.concat([data, ...more]) : data, config.lengthBytes);
  if (!slices) throw damaged("is cut short", "the data of a tile");
  return [...config.units, ...slices];
}

function isSequence(file: Buffer): boolean {
  for (const { type } of boxesIn(file)) if (type === "moov") return true;
  return false;
}

function damaged(problem: string, part: string): ImageRejection {
  return corruptImage("heic", problem, part);
}

function propertyOf({ properties }: Item, type: string): Buffer | undefined {
  return properties.find((property) => property.type === type)?.body;
}

function sizeOf(item: Item): Size | undefined {
  const ispe = propertyOf(item, "ispe");
  if (!ispe || ispe.length < 12) return undefined;
  const size = { width: ispe.readUInt32BE(4), height: ispe.readUInt32BE(8) };
  return size.width > 0 && size.height > 0 ? size : undefined;
}

function configOf(item: Item): HevcConfig | undefined {
  const hvcC = propertyOf(item, "hvcC");
  return hvcC && readHevcConfig(hvcC);
}

function isHevc({ type }: Item): boolean {
  return type === "hvc1" || type === "hev1";
}

/** Refuses, by its name, a picture of another kind than HEVC, or one that a reader must know more about than this one does. */
function requireKnown(item: Item): void {
  if (!isHevc(item) && item.type !== "grid") throw unsupportedKind(`A HEIF file of the kind "${item.type}"`);
  const unknown = item.properties.find(({ type, isEssential }) => isEssential && !KNOWN.has(type));
  if (unknown) throw unsupportedKind(`A HEIC picture with the property "${unknown.type}"`);
}

function single(item: Item): { tiles: Item[]; columns: number; stored: Size } {
  const stored = sizeOf(item);
  if (!stored) throw damaged("does not declare its size", "no ispe");
  return { tiles: [item], columns: 1, stored };
}

/** Reads the layout of a grid (ISO/IEC 23008-12, section 6.6.2.3). */
function readGrid(items: IsoItems, grid: Item): { tiles: Item[]; columns: number; stored: Size } {
  const data = Buffer.concat(grid.extents ?? []);
  const bytes = ((data[1] ?? 0) & 1) === 1 ? 4 : 2;
  if (data.length < 4 + 2 * bytes) throw damaged("has a grid that cannot be read", `${data.length} bytes`);
  const [rows, columns] = [(data[2] ?? 0) + 1, (data[3] ?? 0) + 1];
  const stored = { width: data.readUIntBE(4, bytes), height: data.readUIntBE(4 + bytes, bytes) };
  const ids = items.referencesFrom(grid.id, "dimg");
  const tiles = ids.map((id) => items.items.get(id)).filter((item) => item !== undefined);
  const tile = tiles[0] && sizeOf(tiles[0]);
  const isCovered =
    tile !== undefined && columns * tile.width >= stored.width && rows * tile.height >= stored.height;
  if (tiles.length !== rows * columns || !isCovered || stored.width === 0 || stored.height === 0)
    throw damaged("has a grid that does not fit its tiles", `${rows} x ${columns}, ${tiles.length} tiles`);
  return { tiles, columns, stored };
}

/** Checks that a tile is like the first one, and that its stream has the size that its item declares. */
function requireSame(item: Item, { tile, config }: { tile: Size; config: HevcConfig }): void {
  requireKnown(item);
  if (!isHevc(item)) throw unsupportedKind(`A HEIC grid of the kind "${item.type}"`);
  const [size, own] = [sizeOf(item), configOf(item)?.format];
  const isSame = size?.width === tile.width && size.height === tile.height;
  const { width, height, chroma, bitDepth } = config.format;
  const isOfStream =
    own?.width === width && own.height === height && own.chroma === chroma && own.bitDepth === bitDepth;
  const isCovered = width >= tile.width && height >= tile.height;
  const isPadded = width < tile.width + MOST_PADDING && height < tile.height + MOST_PADDING;
  if (!isSame || !isOfStream || !isCovered || !isPadded)
    throw damaged(
      "has tiles of different sizes",
      `${width} x ${height} instead of ${tile.width} x ${tile.height}`,
    );
  if (!item.extents) throw unsupportedKind("A HEIC picture whose data are in another file");
}

function tooManyTiles(count: number, { width, height }: Size): ImageRejection {
  return new ImageRejection(
    "TOO_MANY_PIXELS",
    `The picture has ${count} tiles of ${width} x ${height} pixels, more than are accepted. Upload a scaled-down version.`,
  );
}

function transformsOf({ properties }: Item, stored: Size): Transform[] {
  let size = stored;
  return properties.flatMap(({ type, body }): Transform[] => {
    if (type === "irot") {
      const anticlockwise = 90 * ((body[0] ?? 0) & 3);
      if (anticlockwise % 180 !== 0) size = { width: size.height, height: size.width };
      return [{ kind: "rotate", anticlockwise }];
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

/** Returns the colours that the picture declares, or those of its tiles. */
function coloursOf(primary: Item, tile: Item): Pick<HeicPicture, "icc" | "codes"> {
  const found = [...primary.properties, ...tile.properties].filter(({ type }) => type === "colr");
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
