import type { MatrixProfile, Triple } from "./icc-profile.ts";
import { type Pixels, toBytes } from "./pixels.ts";

/** Steps of light from none to full: as many as libvips' converter, LittleCMS, uses for 8 bits. */
const FULL = 1 << 14;
/** Number of steps in half of a 32-bit number. */
const HALF = 1 << 16;
/** Matrix from X, Y, Z under D50 to the light of sRGB (brucelindbloom.com, "RGB/XYZ Matrices", by Bradford). */
export const SRGB_OF_XYZ: readonly Triple[] = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
];
/** First entries of green and of blue, after those of red. */
const GREEN = 256;
const BLUE = 512;

/** Amounts that each channel of the source adds to the light of each channel of sRGB. */
export interface SrgbTables {
  /** Amounts for red in the upper half of a number, for green in the lower half. */
  redGreen: Int32Array;
  blue: Int32Array;
  /** The sRGB value of a sum of three entries. Colours outside sRGB are clipped. */
  values: Uint8Array;
}

/**
 * Converts 8-bit RGB pixels from a profile of three primaries to sRGB, relative to the white of each, by adding entries of
 * tables. It is faster than libvips, and differs from it by one step of 255 at most (`colour.test.ts`).
 *
 * @returns undefined for a profile so wide that the tables cannot hold it
 */
export function matrixToSrgb(pixels: Pixels, profile: MatrixProfile): Pixels | undefined {
  const tables = srgbTables(profile);
  if (!tables) return undefined;
  const { data, channels } = pixels;
  const converted = channels === 4 ? Buffer.from(data) : Buffer.allocUnsafe(data.length);
  convertBytes(toBytes(data), toBytes(converted), { channels, tables });
  return { ...pixels, data: converted };
}

/** Converts pixels by tables; `from` and `out` may be the same. Alpha is left as it is. */
export function convertBytes(
  from: Uint8Array,
  out: Uint8Array,
  { channels, tables: { redGreen, blue, values } }: { channels: number; tables: SrgbTables },
): void {
  for (let at = 0; at < from.length; at += channels) {
    const first = from[at] ?? 0;
    const second = GREEN + (from[at + 1] ?? 0);
    const third = BLUE + (from[at + 2] ?? 0);
    // Truncated to 32 bits, which V8 adds without a check for overflow: a quarter faster.
    const both = ((redGreen[first] ?? 0) + (redGreen[second] ?? 0) + (redGreen[third] ?? 0)) | 0;
    const last = ((blue[first] ?? 0) + (blue[second] ?? 0) + (blue[third] ?? 0)) | 0;
    out[at] = values[both >>> 16] ?? 0;
    out[at + 1] = values[both & 0xffff] ?? 0;
    out[at + 2] = values[last] ?? 0;
  }
}

/** Returns the tables of a profile; undefined if it is so wide that they cannot hold it. */
export function srgbTables({ primaries, light }: MatrixProfile): SrgbTables | undefined {
  const shares = SRGB_OF_XYZ.map((row) => primaries.map((xyz) => FULL * dot(row, xyz)));
  // Two steps more at each end, as each of three entries is rounded.
  const least = Math.floor(Math.min(...shares.map((row) => sumOf(row, Math.min)))) - 2;
  const most = Math.ceil(Math.max(...shares.map((row) => sumOf(row, Math.max)))) + 2;
  if (most - least >= HALF) return undefined;
  const [red = [], green = [], blue = []] = shares.map((row) => toEntries(row, light, least));
  return {
    redGreen: Int32Array.from(red, (entry, at) => entry * HALF + (green[at] ?? 0)),
    blue: Int32Array.from(blue),
    values: toValues(least, most),
  };
}

/** The sRGB values of all steps of light from none to full; made once, as their powers take milliseconds. */
let curve: Uint8Array | undefined;

/** Returns the sRGB values of the steps in a range around that from none to full. */
function toValues(least: number, most: number): Uint8Array {
  curve ??= Uint8Array.from({ length: FULL + 1 }, (_, step) => srgbValue(step / FULL));
  const values = new Uint8Array(most - least + 1).fill(255, -least);
  values.set(curve.subarray(0, values.length + least), -least);
  return values;
}

/** Returns the entries of all three channels. Those of red include the least possible sum, so that no sum is negative. */
function toEntries(row: readonly number[], light: readonly Float64Array[], least: number): number[] {
  return row.flatMap((share, channel) =>
    Array.from(light[channel] ?? [], (value) => Math.round(share * value) - (channel === 0 ? least : 0)),
  );
}

/** Returns the least or the greatest sum of shares of light. */
function sumOf(row: readonly number[], bound: typeof Math.min): number {
  return row.reduce((sum, share) => sum + bound(0, share), 0);
}

function dot(row: Triple, [x, y, z]: Triple): number {
  return row[0] * x + row[1] * y + row[2] * z;
}

/** Returns the 8-bit sRGB value of an amount of light, or the nearest one (IEC 61966-2-1). */
export function srgbValue(light: number): number {
  const value = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, value)));
}
