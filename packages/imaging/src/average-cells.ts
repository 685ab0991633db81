import type { Pixels } from "./pixels.ts";
import type { Size } from "./size.ts";

/** Range of the pixels of a side, without the last. */
type Span = readonly [from: number, to: number];

/**
 * Returns the mean colour of each cell of a grid over a picture, row by row. A pixel on a border counts in both cells, so
 * that a mirrored picture has mirrored cells. If there are more cells than pixels, a pixel is in several cells.
 *
 * @param pixels with 3 channels, or 4 with straight alpha, which weights the colours
 * @returns RGBA with straight alpha, 8 bits a channel
 */
export function averageCells(pixels: Pixels, grid: Size): Uint8Array {
  const cells = new Uint8Array(4 * grid.width * grid.height);
  const columns = Array.from({ length: grid.width }, (_, column) => spanOf(column, grid.width, pixels.width));
  for (let row = 0; row < grid.height; row++) {
    const rows = spanOf(row, grid.height, pixels.height);
    for (const [column, span] of columns.entries())
      cells.set(meanColour(pixels, span, rows), 4 * (row * grid.width + column));
  }
  return cells;
}

/** Returns the pixels of a side that are in a cell, completely or in part. */
function spanOf(cell: number, cells: number, pixels: number): Span {
  return [Math.floor((cell * pixels) / cells), Math.ceil(((cell + 1) * pixels) / cells)];
}

function meanColour({ data, width, channels }: Pixels, [left, right]: Span, [top, bottom]: Span) {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (let y = top; y < bottom; y++) {
    const end = channels * (y * width + right);
    for (let at = channels * (y * width + left); at < end; at += channels) {
      const weight = channels === 4 ? (data[at + 3] ?? 0) : 255;
      red += weight * (data[at] ?? 0);
      green += weight * (data[at + 1] ?? 0);
      blue += weight * (data[at + 2] ?? 0);
      alpha += weight;
    }
  }
  if (alpha === 0) return [0, 0, 0, 0];
  const opacity = alpha / ((bottom - top) * (right - left));
  return [red / alpha, green / alpha, blue / alpha, opacity].map(Math.round);
}
