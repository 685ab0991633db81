import type { Limits } from "@image-pipeline/schema/config";
import { corruptImage } from "../image-rejection.ts";
import type { Size } from "../size.ts";
import type { TimeBudget } from "../time-budget.ts";
import { type CodedPicture, unitsOf } from "./coded-picture.ts";
import { HevcError, hevcDecoder, type Plane } from "./hevc-decoder.ts";

/** One channel of a whole picture, row by row. Samples of more than 8 bits are in 16. */
export interface WholePlane extends Size {
  samples: Uint8Array | Uint16Array;
}

/** A decoded picture: brightness, then the two channels of colour unless it is grey. */
export interface Planes {
  planes: WholePlane[];
  bitDepth: number;
  /** Declared in the stream (ITU-T H.273): 2 if it is not. */
  matrix: number;
  isFullRange: boolean;
}

/**
 * Decodes a picture tile after tile; the parts of tiles beyond its edges are left out.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE`, `RENDER_TIMEOUT`
 */
export async function decodeTiles(
  picture: CodedPicture,
  { limits, budget }: { limits: Limits; budget: TimeBudget },
): Promise<Planes> {
  const { tile, columns, tiles, config } = picture;
  const whole: Planes = {
    planes: emptyPlanes(picture),
    bitDepth: config.format.bitDepth,
    matrix: 2,
    isFullRange: true,
  };
  const decoder = await hevcDecoder(limits.maxDecodeMemoryBytes);
  for (const [index, item] of tiles.entries()) {
    budget.secondsLeft();
    const at = { left: (index % columns) * tile.width, top: Math.floor(index / columns) * tile.height };
    if (at.left >= picture.stored.width || at.top >= picture.stored.height) continue;
    try {
      decoder.decode(unitsOf(item), ({ planes, matrix, isFullRange }) => {
        Object.assign(whole, { matrix, isFullRange });
        for (const [channel, plane] of planes.entries())
          copyPlane(plane, whole.planes[channel], { at, tile, of: picture });
      });
    } catch (error) {
      if (error instanceof HevcError) throw corruptImage("heic", "is damaged or cut short", error);
      throw error;
    }
  }
  return whole;
}

/** Returns how many samples of brightness share one of colour, across and down. */
function sharing({ config }: CodedPicture): Size {
  const { chroma } = config.format;
  return { width: chroma === 1 || chroma === 2 ? 2 : 1, height: chroma === 1 ? 2 : 1 };
}

function emptyPlanes(picture: CodedPicture): WholePlane[] {
  const { width, height } = picture.stored;
  const { bitDepth, chroma } = picture.config.format;
  const plane = (size: Size): WholePlane => ({
    ...size,
    samples: new (bitDepth > 8 ? Uint16Array : Uint8Array)(size.width * size.height),
  });
  const shared = sharing(picture);
  const colour = { width: Math.ceil(width / shared.width), height: Math.ceil(height / shared.height) };
  return [plane({ width, height }), ...(chroma === 0 ? [] : [plane(colour), plane(colour)])];
}

/** Copies the samples of a tile to their place in the whole picture; `at` and `tile` are in samples of brightness. */
function copyPlane(
  from: Plane,
  to: WholePlane | undefined,
  { at, tile, of }: { at: { left: number; top: number }; tile: Size; of: CodedPicture },
): void {
  if (!to) return;
  const isFull = to.width === of.stored.width && to.height === of.stored.height;
  const shared = isFull ? { width: 1, height: 1 } : sharing(of);
  const [left, top] = [Math.floor(at.left / shared.width), Math.floor(at.top / shared.height)];
  const width = Math.min(from.width, Math.ceil(tile.width / shared.width), to.width - left);
  const height = Math.min(from.height, Math.ceil(tile.height / shared.height), to.height - top);
  const [source, target] = [bytesOf(from.samples), bytesOf(to.samples)];
  const bytes = to.samples.BYTES_PER_ELEMENT;
  for (let y = 0; y < height; y++) {
    const start = bytes * from.stride * y;
    source.copy(target, bytes * (to.width * (top + y) + left), start, start + bytes * width);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
