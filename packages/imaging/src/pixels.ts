import type { Sharp } from "sharp";
import { sharp } from "./engine.ts";
import { runOperation } from "./run-operation.ts";
import type { Size } from "./size.ts";
import type { TimeBudget } from "./time-budget.ts";

/** Decoded pixels, 8 bits a channel, row by row: 3 channels, or 4 with straight alpha. */
export interface Pixels extends Size {
  data: Buffer;
  channels: 1 | 2 | 3 | 4;
}

/** Pixels of 8 or 16 bits in all channels. */
export type Samples = Omit<Pixels, "data"> & { data: Uint8Array | Uint16Array };

/** Returns the same bytes without `Buffer`'s type: V8 compiles a loop over one type of array to faster code. */
export function toBytes({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

/**
 * Frees the memory of samples that are used no more. Left to V8, they count until its next collection, and a picture of 12 megapixels
 * would cause three of the whole heap.
 */
export function release({ buffer, byteLength }: Uint8Array | Uint16Array): void {
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (isOwn && !buffer.detached) buffer.transfer(0);
}

/** Opens the pixels as the input of a libvips operation, without a copy. */
export function open({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}

/** Runs an operation and returns its outcome as pixels. */
export async function toPixels(operation: Sharp, budget: TimeBudget): Promise<Pixels> {
  const { data, info } = await runOperation(operation.raw(), budget);
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** Runs an operation and returns its outcome with 16 bits a channel. */
export async function toSamples(operation: Sharp, budget: TimeBudget): Promise<Samples> {
  const { data, info } = await runOperation(operation.raw({ depth: "ushort" }), budget);
  const { buffer, byteOffset, length } =
    data.byteOffset % 2 === 0 ? data : Buffer.from(new Uint8Array(data).buffer);
  return {
    data: new Uint16Array(buffer, byteOffset, length / 2),
    width: info.width,
    height: info.height,
    channels: info.channels,
  };
}

/** Resizes the whole picture. Both sides are given: rounding at every stage would end a pixel off. */
export async function resize(pixels: Pixels, { width, height }: Size, budget: TimeBudget): Promise<Pixels> {
  if (pixels.width === width && pixels.height === height) return pixels;
  return toPixels(open(pixels).resize({ width, height, fit: "fill" }), budget);
}

/** A picture at several sizes, made one after another. */
export interface Pyramid {
  /** The pixels of the size that was made last. */
  latest: Pixels;
  /** Makes a size from the latest pixels if they are large enough, else from the full size. */
  at(size: Size): Promise<Pixels>;
}

export function pyramid(full: Pixels, budget: TimeBudget): Pyramid {
  return {
    latest: full,
    async at(size) {
      const isWithin = size.width <= this.latest.width && size.height <= this.latest.height;
      this.latest = await resize(isWithin ? this.latest : full, size, budget);
      return this.latest;
    },
  };
}
