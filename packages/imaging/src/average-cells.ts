import type { Pixels } from "./pixels.ts";
import type { Size } from "./size.ts";

/**
 * The mean colour under each cell of a grid laid over a picture, row by row. A pixel on a border counts in both cells, so
 * that a mirrored picture has mirrored cells; where there are more cells than pixels, one pixel is in several.
 *
 * @param pixels of 3 channels, or 4 with straight alpha, by which each colour is weighed
 * @returns RGBA with straight alpha, 8 bits a channel
 */
export function averageCells({ data, width, height, channels }: Pixels, grid: Size): Uint8Array {
  const out = new Uint8Array(4 * grid.width * grid.height);
  for (let row = 0, to = 0; row < grid.height; row++) {
    const [top, bottom] = span(row, grid.height, height);
    for (let column = 0; column < grid.width; column++, to += 4) {
      const [left, right] = span(column, grid.width, width);
      let [red, green, blue, alpha] = [0, 0, 0, 0];
      for (let y = top; y < bottom; y++)
        for (let at = channels * (y * width + left); at < channels * (y * width + right); at += channels) {
          const weight = channels === 4 ? (data[at + 3] ?? 0) : 255;
          red += weight * (data[at] ?? 0);
          green += weight * (data[at + 1] ?? 0);
          blue += weight * (data[at + 2] ?? 0);
          alpha += weight;
        }
      if (alpha === 0) continue;
      out[to] = Math.round(red / alpha);
      out[to + 1] = Math.round(green / alpha);
      out[to + 2] = Math.round(blue / alpha);
      out[to + 3] = Math.round(alpha / ((bottom - top) * (right - left)));
    }
  }
  return out;
}

/** The pixels of a side that lie under one of so many cells, wholly or in part. */
function span(cell: number, cells: number, pixels: number): [from: number, to: number] {
  return [Math.floor((cell * pixels) / cells), Math.ceil(((cell + 1) * pixels) / cells)];
}
