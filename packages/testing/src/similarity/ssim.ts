import type { Luma } from "./luma.ts";

const WINDOW = 8;
const STEP = 4;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/**
 * The mean structural similarity of two pictures of one size, 1 for equal ones (Wang et al., "Image Quality Assessment",
 * IEEE TIP 13/4, 2004), over windows of 8 x 8 pixels, every fourth one.
 */
export function ssim(a: Luma, b: Luma): number {
  let [sum, count] = [0, 0];
  for (let top = 0; top + WINDOW <= a.height; top += STEP) {
    for (let left = 0; left + WINDOW <= a.width; left += STEP) {
      sum += windowSsim(a, b, { left, top });
      count++;
    }
  }
  return sum / count;
}

function windowSsim(a: Luma, b: Luma, { left, top }: { left: number; top: number }): number {
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0];
  for (let y = top; y < top + WINDOW; y++) {
    for (let at = y * a.width + left; at < y * a.width + left + WINDOW; at++) {
      const [va, vb] = [a.values[at] ?? 0, b.values[at] ?? 0];
      sumA += va;
      sumB += vb;
      sumAA += va * va;
      sumBB += vb * vb;
      sumAB += va * vb;
    }
  }
  const n = WINDOW * WINDOW;
  const [meanA, meanB] = [sumA / n, sumB / n];
  const [varianceA, varianceB] = [sumAA / n - meanA ** 2, sumBB / n - meanB ** 2];
  const covariance = sumAB / n - meanA * meanB;
  const structure = (2 * covariance + C2) / (varianceA + varianceB + C2);
  return ((2 * meanA * meanB + C1) / (meanA ** 2 + meanB ** 2 + C1)) * structure;
}
