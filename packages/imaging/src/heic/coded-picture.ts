import type { Limits } from "@image-pipeline/schema/config";
import { corruptImage, ImageRejection, unsupportedKind } from "../image-rejection.ts";
import type { IsoItems, Item } from "../iso-items.ts";
import { area, type Size } from "../size.ts";
import { type HevcConfig, isSameFormat, readHevcConfig, readSlices } from "./hevc-config.ts";

/** A picture as it is coded: one HEVC stream, or a grid of them. */
export interface CodedPicture {
  /** The size before any transform. */
  stored: Size;
  /** The items that are decoded, row by row: one, or those of a grid. */
  tiles: readonly Item[];
  columns: number;
  /** The size of each tile, and its configuration. */
  tile: Size;
  config: HevcConfig;
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
 * Reads the layout of a coded picture.
 *
 * @param item of the type `hvc1`, `hev1` or `grid`
 * @throws {ImageRejection} `UNSUPPORTED_FORMAT`, `CORRUPT_IMAGE`, `TOO_MANY_PIXELS`
 */
export function readCodedPicture(items: IsoItems, item: Item, limits: Limits): CodedPicture {
  requireKnown(item);
  const { tiles, columns, stored } = item.type === "grid" ? readGrid(items, item) : single(item);
  const [first] = tiles;
  const tile = first && sizeOf(first);
  const config = first && configOf(first);
  if (!tile || !config)
    throw damaged("lacks a part of its header", "the size or the configuration of its tiles");
  const { coded } = config.format;
  const largest = area(coded) > area(tile) ? coded : tile;
  if (tiles.length > MOST_TILES || tiles.length * area(largest) > limits.maxTotalPixels)
    throw tooManyTiles(tiles.length, largest);
  for (const one of tiles) requireSame(one, { tile, config });
  return { stored, tiles, columns, tile, config };
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

export function damaged(problem: string, part: string): ImageRejection {
  return corruptImage("heic", problem, part);
}

export function propertyOf({ properties }: Item, type: string): Buffer | undefined {
  return properties.find((property) => property.type === type)?.body;
}

/** Refuses, by its name, a property that a reader must know more about than this one does. */
export function requireKnownProperties({ properties }: Item): void {
  const unknown = properties.find(({ type, isEssential }) => isEssential && !KNOWN.has(type));
  if (unknown) throw unsupportedKind(`A HEIC picture with the property "${unknown.type}"`);
}

function requireKnown(item: Item): void {
  if (!isHevc(item) && item.type !== "grid") throw unsupportedKind(`A HEIF file of the kind "${item.type}"`);
  requireKnownProperties(item);
}

function sizeOf(item: Item): Size | undefined {
  const ispe = propertyOf(item, "ispe");
  if (!ispe || ispe.length < 12) return undefined;
  const size = { width: ispe.readUInt32BE(4), height: ispe.readUInt32BE(8) };
  return size.width > 0 && size.height > 0 ? size : undefined;
}

/** Configurations by their bytes, as the tiles of a grid mostly share one. */
const configs = new WeakMap<Buffer, HevcConfig | undefined>();

function configOf(item: Item): HevcConfig | undefined {
  const hvcC = propertyOf(item, "hvcC");
  if (!hvcC) return undefined;
  if (!configs.has(hvcC)) configs.set(hvcC, readHevcConfig(hvcC));
  return configs.get(hvcC);
}

function isHevc({ type }: Item): boolean {
  return type === "hvc1" || type === "hev1";
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
  const { width, height } = config.format;
  const isCovered = width >= tile.width && height >= tile.height;
  const isPadded = width < tile.width + MOST_PADDING && height < tile.height + MOST_PADDING;
  if (!isSame || !isSameFormat(own, config.format) || !isCovered || !isPadded)
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
