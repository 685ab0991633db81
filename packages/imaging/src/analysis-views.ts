import { type Header, isAnimated } from "./header.ts";
import { type Size, scaleSize } from "./size.ts";

/**
 * Shortest side that Rekognition accepts. It takes JPEG or PNG of 80 to 10,000 pixels a side and 5 MB
 * (docs.aws.amazon.com/rekognition/latest/dg/limits.html).
 */
export const MIN_SIDE = 80;
/** Longest side: more pixels find no more labels, and even a JPEG of noise stays below 5 MB. */
const MAX_SIDE = 1_600;
/** A picture of another shape is judged in tiles of about half this shape: as a whole it would be a thin line. */
const MAX_RATIO = 3;
const TILE_RATIO = 2;
/** Frames for which room is left, if there are so many, before a picture gets more tiles. */
const MIN_FRAMES = 3;
/** The pages on which a picture with transparency may be shown. */
export const BACKGROUNDS = ["#ffffff", "#000000"] as const;

/** The pictures that are made of a source for its analysis. */
export interface AnalysisViews {
  /** The size to which the whole picture is scaled. */
  scaled: Size;
  /** The tiles of the scaled picture. */
  tiles: readonly Tile[];
  /** The frames in the order in which they are judged: each next one is between those before it. */
  frames: readonly number[];
}

interface Tile extends Size {
  left: number;
  top: number;
}

/** @param maxPictures the most pictures that are made; with few, the tiles are larger and the frames fewer */
export function planViews(header: Header, maxPictures: number): AnalysisViews {
  const frames = isAnimated(header) ? spread(header.pages) : [0];
  const backgrounds = header.hasAlpha ? BACKGROUNDS.length : 1;
  const room = Math.floor(maxPictures / (backgrounds * Math.min(frames.length, MIN_FRAMES)));
  const count = Math.max(1, Math.min(room, wantedTiles(header)));
  const scaled = toScaled(header, count);
  return { scaled, tiles: toTiles(scaled, count), frames };
}

function wantedTiles({ width, height }: Size): number {
  const ratio = Math.max(width, height) / Math.min(width, height);
  return ratio > MAX_RATIO ? Math.ceil(ratio / TILE_RATIO) : 1;
}

/** Scales down until a tile is small enough, or up if the picture is too narrow. */
function toScaled({ width, height }: Size, tiles: number): Size {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const most = MAX_SIDE / Math.max(long / tiles, short);
  return scaleSize({ width, height }, Math.min(most, Math.max(1, MIN_SIDE / short)));
}

function toTiles({ width, height }: Size, count: number): Tile[] {
  const isWide = width >= height;
  const edges = Array.from({ length: count + 1 }, (_, index) =>
    Math.round(((isWide ? width : height) * index) / count),
  );
  return edges.slice(1).map((end, index) => {
    const start = edges[index] ?? 0;
    return isWide
      ? { left: start, top: 0, width: end - start, height }
      : { left: 0, top: start, width, height: end - start };
  });
}

/** Returns the first frame, the last, the middle, the quarters, and so on. */
function spread(pages: number): number[] {
  const frames = new Set([0, pages - 1]);
  for (let parts = 2; frames.size < pages; parts *= 2)
    for (let part = 1; part < parts; part += 2) frames.add(Math.round(((pages - 1) * part) / parts));
  return [...frames];
}
