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

/** The pixels as the input of a libvips operation; they are not copied. */
export function open({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}

/** Runs an operation and keeps its outcome as pixels. */
export async function toPixels(operation: Sharp, budget: TimeBudget): Promise<Pixels> {
  const { data, info } = await runOperation(operation.raw(), budget);
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** The whole picture at another size. Both sides are given: rounding stage by stage would be a pixel off at the end. */
export async function resize(pixels: Pixels, { width, height }: Size, budget: TimeBudget): Promise<Pixels> {
  if (pixels.width === width && pixels.height === height) return pixels;
  return toPixels(open(pixels).resize({ width, height, fit: "fill" }), budget);
}
