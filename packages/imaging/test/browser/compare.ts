import type { Pixels } from "../../src/pixels.ts";

/** The distance of two pictures, in levels of 255. */
export interface Distance {
  mean: number;
  /** The distance that 99 of 100 samples are below. */
  most: number;
}

/** Compares two RGBA pictures: alpha, and colours on white and on black, so that colours count as far as they are seen. */
export function compare(a: Pixels, b: Pixels): Distance | undefined {
  if (a.width !== b.width || a.height !== b.height) return undefined;
  const distances: number[] = [];
  for (let at = 0; at < a.data.length; at += 4) {
    const [alpha, other] = [a.data[at + 3] ?? 0, b.data[at + 3] ?? 0];
    for (let channel = at; channel < at + 3; channel++) {
      const onBlack = ((a.data[channel] ?? 0) * alpha - (b.data[channel] ?? 0) * other) / 255;
      distances.push(Math.max(Math.abs(onBlack), Math.abs(onBlack + other - alpha)));
    }
  }
  distances.sort((x, y) => x - y);
  return {
    mean: distances.reduce((sum, value) => sum + value, 0) / distances.length,
    most: distances[Math.floor(0.99 * (distances.length - 1))] ?? 0,
  };
}
