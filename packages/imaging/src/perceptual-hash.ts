import { averageCells } from "./average-cells.ts";
import type { Pixels } from "./pixels.ts";

const SIDE = 32;
const KEPT = 8;

/** `COSINES[frequency * SIDE + position]` of the discrete cosine transform (type II) over a side. */
const COSINES = Float64Array.from({ length: KEPT * SIDE }, (_, at) =>
  Math.cos((Math.PI / SIDE) * ((at % SIDE) + 0.5) * Math.floor(at / SIDE)),
);

/**
 * Returns the 64-bit DCT hash (pHash): the brightness at 32 x 32 pixels over white, and of its 8 x 8 lowest frequencies one
 * bit each: 1 if it is above the median of all but the constant one. The bits are row by row, the first is the highest.
 * Pictures that look alike differ in few bits (Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions",
 * 2010, section 3.2.1).
 *
 * @returns 16 hexadecimal digits
 */
export function perceptualHash(pixels: Pixels): string {
  const coefficients = [...transformRows(transformRows(brightness(pixels)))];
  const sorted = coefficients.slice(1).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  const bits = coefficients.map((coefficient) => (coefficient > median ? "1" : "0")).join("");
  return BigInt(`0b${bits}`).toString(16).padStart(16, "0");
}

/** Returns the brightness of each of the 32 x 32 cells, from 0 to 255 (ITU-R BT.601). */
function brightness(pixels: Pixels): Float64Array {
  const rgba = averageCells(pixels, { width: SIDE, height: SIDE });
  return Float64Array.from({ length: SIDE * SIDE }, (_, cell) => {
    const at = 4 * cell;
    const luma = 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0);
    return 255 + (luma - 255) * ((rgba[at + 3] ?? 0) / 255);
  });
}

/** Returns the lowest frequencies of each row, as columns: a second call transforms the columns, and restores the order. */
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
