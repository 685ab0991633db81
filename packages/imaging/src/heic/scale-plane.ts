import { sharp } from "../engine.ts";
import { release, toBytes } from "../pixels.ts";
import { runOperation } from "../run-operation.ts";
import type { Size } from "../size.ts";
import type { TimeBudget } from "../time-budget.ts";
import type { WholePlane } from "./tile-planes.ts";

/** Reduction from which libvips shrinks by whole numbers first, which is fast for one channel too. */
const SHRUNK = 4;

/** A plane of 8 bits. */
type BytePlane = Size & { samples: Uint8Array };

/** Scales one channel of a picture. */
export async function scalePlane(
  plane: WholePlane,
  { width, height }: Size,
  budget: TimeBudget,
): Promise<WholePlane> {
  const { samples } = plane;
  if (plane.width === width && plane.height === height) return plane;
  if (samples instanceof Uint16Array) {
    const data = await resizeRows(plane, { width, height, channels: 1 }, budget);
    return { width, height, samples: new Uint16Array(new Uint8Array(data).buffer) };
  }
  const isReduced = width < plane.width && height <= plane.height;
  if (!isReduced || plane.width >= SHRUNK * width)
    return resizeBytes({ ...plane, samples }, { width, height }, budget);
  const low = await resizeBytes({ ...plane, samples }, { width: plane.width, height }, budget);
  const lines = { width: plane.width, height: Math.ceil(height / 3), samples: joinLines(low) };
  if (low.samples !== samples) release(low.samples);
  const data = await resizeRows(lines, { width, height: lines.height, channels: 3 }, budget);
  release(lines.samples);
  const split = splitLines({ width, height, samples: toBytes(data) });
  release(data);
  return { width, height, samples: split };
}

async function resizeBytes(
  plane: BytePlane,
  { width, height }: Size,
  budget: TimeBudget,
): Promise<BytePlane> {
  if (plane.width === width && plane.height === height) return plane;
  return { width, height, samples: toBytes(await resizeRows(plane, { width, height, channels: 1 }, budget)) };
}

async function resizeRows(
  { width, height, samples }: WholePlane,
  { channels, ...size }: Size & { channels: 1 | 3 },
  budget: TimeBudget,
): Promise<Buffer> {
  const isWide = samples instanceof Uint16Array;
  const operation = sharp(samples, { raw: { width, height, channels }, limitInputPixels: false })
    .resize({ ...size, fit: "fill" })
    .toColourspace(channels === 3 ? "srgb" : isWide ? "grey16" : "b-w")
    .raw({ depth: isWide ? "ushort" : "uchar" });
  return (await runOperation(operation, budget)).data;
}

/**
 * Joins each three lines to one of three channels. libvips makes three channels narrower by vector instructions, in less than a third
 * of the time that it takes for as many samples of one.
 */
function joinLines({ width, height, samples }: BytePlane): Uint8Array {
  const joined = new Uint8Array(3 * width * Math.ceil(height / 3));
  for (let y = 0, to = 0; y < height; y += 3) {
    const first = y * width;
    const second = Math.min(y + 1, height - 1) * width;
    const third = Math.min(y + 2, height - 1) * width;
    for (let x = 0; x < width; x++, to += 3) {
      joined[to] = samples[first + x] ?? 0;
      joined[to + 1] = samples[second + x] ?? 0;
      joined[to + 2] = samples[third + x] ?? 0;
    }
  }
  return joined;
}

function splitLines({ width, height, samples }: BytePlane): Uint8Array {
  const split = new Uint8Array(samples.length);
  for (let from = 0, first = 0; from < samples.length; first += 3 * width) {
    for (let x = first; x < first + width; x++, from += 3) {
      split[x] = samples[from] ?? 0;
      split[x + width] = samples[from + 1] ?? 0;
      split[x + 2 * width] = samples[from + 2] ?? 0;
    }
  }
  return split.subarray(0, width * height);
}
