import type { Luma } from "./luma.ts";

const LOBES = 3;

/** Resizes in one step by a Lanczos-3 filter as wide as the reduction needs: the reference for renditions. */
export function lanczos(picture: Luma, { width, height }: Pick<Luma, "width" | "height">): Luma {
  const across = transposed(resizeRows(picture, width));
  return transposed(resizeRows(across, height));
}

function resizeRows({ values, width, height }: Luma, target: number): Luma {
  const out = new Float64Array(target * height);
  for (const [x, { first, weights }] of filters(width, target).entries()) {
    for (let y = 0; y < height; y++) {
      let sum = 0;
      for (const [index, weight] of weights.entries()) {
        const at = Math.min(width - 1, Math.max(0, first + index));
        sum += weight * (values[y * width + at] ?? 0);
      }
      out[y * target + x] = sum;
    }
  }
  return { values: out, width: target, height };
}

/** For each pixel of the outcome the first pixel that counts, and the weight of each from there on. */
function filters(width: number, target: number): { first: number; weights: number[] }[] {
  const scale = Math.max(1, width / target);
  return Array.from({ length: target }, (_, x) => {
    const centre = ((x + 0.5) * width) / target - 0.5;
    const first = Math.ceil(centre - LOBES * scale);
    const count = Math.floor(centre + LOBES * scale) - first + 1;
    const weights = Array.from({ length: count }, (_, index) => kernel((first + index - centre) / scale));
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

function kernel(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  return (LOBES * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / LOBES)) / (Math.PI * x) ** 2;
}

function transposed({ values, width, height }: Luma): Luma {
  const out = new Float64Array(values.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) out[x * height + y] = values[y * width + x] ?? 0;
  }
  return { values: out, width: height, height: width };
}
