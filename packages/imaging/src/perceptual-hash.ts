import { open, type Pixels, toPixels } from "./pixels.ts";
import type { TimeBudget } from "./time-budget.ts";

const SIDE = 32;
const KEPT = 8;

/** `COSINES[frequency][position]` of the discrete cosine transform (type II) over a side. */
const COSINES = Array.from({ length: KEPT }, (_, frequency) =>
  Float64Array.from({ length: SIDE }, (_, position) =>
    Math.cos((Math.PI / SIDE) * (position + 0.5) * frequency),
  ),
);

/**
 * The 64-bit DCT hash (pHash): brightness at 32 x 32, the 8 x 8 lowest frequencies, one bit each for whether it is above
 * the median of those without the constant one, row by row, the first bit the highest. Pictures that look alike differ
 * in few bits (Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010, section 3.2.1).
 *
 * @returns 16 hexadecimal digits
 */
export async function perceptualHash(pixels: Pixels, budget: TimeBudget): Promise<string> {
  const upright = open(pixels)
    .flatten({ background: "#ffffff" })
    .resize({ width: SIDE, height: SIDE, fit: "fill" });
  const { data } = await toPixels(upright.greyscale(), budget);
  const coefficients = lowestFrequencies(data);
  const sorted = coefficients.slice(1).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  const bits = coefficients.map((coefficient) => (coefficient > median ? "1" : "0")).join("");
  return BigInt(`0b${bits}`).toString(16).padStart(16, "0");
}

function lowestFrequencies(grey: Uint8Array): number[] {
  return COSINES.flatMap((vertical) => COSINES.map((horizontal) => coefficient(grey, vertical, horizontal)));
}

function coefficient(grey: Uint8Array, vertical: Float64Array, horizontal: Float64Array): number {
  let sum = 0;
  for (const [y, v] of vertical.entries()) {
    for (const [x, h] of horizontal.entries()) sum += (grey[y * SIDE + x] ?? 0) * v * h;
  }
  return sum;
}
