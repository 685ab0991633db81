/** A picture's brightness, one number from 0 to 255 a pixel, row by row. */
export interface Luma {
  width: number;
  height: number;
  values: Float64Array;
}

/**
 * The brightness of RGB pixels (ITU-R BT.601).
 *
 * @param data 3 bytes a pixel, row by row
 */
export function toLuma(data: Uint8Array, { width, height }: { width: number; height: number }): Luma {
  const values = new Float64Array(width * height);
  for (let at = 0; at < values.length; at++) {
    const [red = 0, green = 0, blue = 0] = data.subarray(3 * at, 3 * at + 3);
    values[at] = 0.299 * red + 0.587 * green + 0.114 * blue;
  }
  return { width, height, values };
}
