import type { Size } from "../../size.ts";
import type { Point } from "./text-strokes.ts";

/** Covered share of each pixel, 0 to 1, row by row. */
export type Mask = Float32Array;

/** Draws strokes with a round pen, edges smoothed over one pixel. Points and the pen's radius in pixels, y downwards. */
export function strokeMask(
  strokes: readonly (readonly Point[])[],
  { width, height }: Size,
  radius: number,
): Mask {
  const mask = new Float32Array(width * height);
  for (const stroke of strokes) {
    for (const [index, from] of stroke.entries()) {
      const to = stroke[index + 1];
      if (to) drawSegment(mask, { from, to, radius, width, height });
    }
  }
  return mask;
}

interface Segment extends Size {
  from: Point;
  to: Point;
  radius: number;
}

function drawSegment(mask: Mask, { from, to, radius, width, height }: Segment): void {
  const reach = radius + 1;
  const [left, right] = [Math.min(from[0], to[0]) - reach, Math.max(from[0], to[0]) + reach];
  const [top, bottom] = [Math.min(from[1], to[1]) - reach, Math.max(from[1], to[1]) + reach];
  for (let y = Math.max(0, Math.floor(top)); y <= Math.min(height - 1, bottom); y++) {
    for (let x = Math.max(0, Math.floor(left)); x <= Math.min(width - 1, right); x++) {
      const covered = Math.min(1, Math.max(0, radius + 0.5 - distance([x + 0.5, y + 0.5], from, to)));
      const at = y * width + x;
      if (covered > (mask[at] ?? 0)) mask[at] = covered;
    }
  }
}

function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
