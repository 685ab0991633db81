import { open, type Pixels, toPixels } from "./pixels.ts";
import type { TimeBudget } from "./time-budget.ts";

const SIDE = 32;
const KEPT = 8;

/** `COSINES[frequency * SIDE + position]` of the discrete cosine transform (type II) over a side. */
const COSINES = Float64Array.from({ length: KEPT * SIDE }, (_, at) =>
  Math.cos((Math.PI / SIDE) * ((at % SIDE) + 0.5) * Math.floor(at / SIDE)),
);

/**
 * The 64-bit DCT hash (pHash): brightness at 32 x 32, the 8 x 8 lowest frequencies, one bit each for whether it is above
 * the median of those without the constant one, row by row, the first bit the highest. Pictures that look alike differ
 * in few bits (Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010, section 3.2.1).
 *
 * @returns 16 hexadecimal digits
 */
export async function perceptualHash(pixels: Pixels, budget: TimeBudget): Promise<string> {
  const opaque = open(pixels).flatten({ background: "#ffffff" });
  const small = opaque.resize({ width: SIDE, height: SIDE, fit: "fill" }).greyscale();
  const { data } = await toPixels(small, budget);
  const coefficients = [...transformRows(transformRows(data))];
  const sorted = coefficients.slice(1).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  const bits = coefficients.map((coefficient) => (coefficient > median ? "1" : "0")).join("");
  return BigInt(`0b${bits}`).toString(16).padStart(16, "0");
}

/** The lowest frequencies of each row, as columns: done twice, those of both directions, row by row again. */
function transformRows(values: ArrayLike<number>): Float64Array {
  const rows = values.length / SIDE;
  const out = new Float64Array(KEPT * rows);
  for (let row = 0; row < rows; row++) {
    for (let frequency = 0; frequency < KEPT; frequency++) {
      let sum = 0;
      for (let at = 0; at < SIDE; at++)
        sum += (values[row * SIDE + at] ?? 0) * (COSINES[frequency * SIDE + at] ?? 0);
      out[frequency * rows + row] = sum;
    }
  }
  return out;
}
