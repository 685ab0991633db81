/** Size of one frame in pixels. */
export interface Size {
  width: number;
  height: number;
}

export function area({ width, height }: Size): number {
  return width * height;
}

/** Scales a size; sides are whole pixels, at least one. */
export function scaleSize({ width, height }: Size, factor: number): Size {
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

/** Returns the size with neither side longer than the bounds'. */
export function clipSize(size: Size, bounds: Size): Size {
  return { width: Math.min(size.width, bounds.width), height: Math.min(size.height, bounds.height) };
}
