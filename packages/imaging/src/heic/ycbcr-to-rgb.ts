import type { Pixels } from "../pixels.ts";
import type { HevcPicture, Plane } from "./hevc-decoder.ts";

/** The meaning of the samples (ITU-T H.273, section 8.3). */
export interface YcbcrCoding {
  /** Code of the matrix coefficients; 0 means that the planes are green, blue and red. */
  matrix: number;
  isFullRange: boolean;
}

/** The shares of red and blue in brightness, by the code of the matrix. */
const SHARES: Record<number, readonly [red: number, blue: number]> = {
  1: [0.2126, 0.0722],
  4: [0.3, 0.11],
  7: [0.212, 0.087],
  9: [0.2627, 0.0593],
  10: [0.2627, 0.0593],
};
/** Those of BT.601 (codes 5 and 6), which stand for an unspecified matrix too, as in libheif. */
const BT601 = [0.299, 0.114] as const;

/** Amounts of the three samples in one channel, and a constant, in levels of 255. */
type Row = readonly [first: number, second: number, third: number, constant: number];

/** A place for a decoded picture in a larger one. */
interface Place {
  target: Pixels;
  left: number;
  top: number;
  /** Samples of brightness on each side of a pixel: 1, 2 or 4. */
  shrink: number;
}

/**
 * Writes a decoded picture into red, green and blue at a place of a larger one; the part beyond its edges is left out. Each pixel is
 * the mean of its samples in their full precision, and rounded once: 10 bits become 8 without banding.
 */
export function writeRgb(
  picture: HevcPicture,
  coding: YcbcrCoding,
  { target, left, top, shrink }: Place,
): void {
  const [luma, cb, cr] = picture.planes;
  if (!luma) return;
  const columns = Math.min(target.width - left, Math.ceil(luma.width / shrink));
  const rows = Math.min(target.height - top, Math.ceil(luma.height / shrink));
  const [red, green, blue] =
    cb && cr ? toMatrix(picture.bitDepth, coding) : greyMatrix(picture.bitDepth, coding);
  const [first, second, third] = [luma, cb ?? luma, cr ?? luma].map((plane) => ({
    plane,
    wide: (shrink * plane.width) / luma.width < shrink ? shrink / 2 : shrink,
    high: (shrink * plane.height) / luma.height < shrink ? shrink / 2 : shrink,
    line: new Float64Array(columns),
  }));
  if (!first || !second || !third) return;
  const [a, b, c] = [first.line, second.line, third.line];
  const out = new Uint8ClampedArray(target.data.buffer, target.data.byteOffset, target.data.length);
  for (let y = 0; y < rows; y++) {
    for (const samples of [first, second, third]) readLine(samples, y);
    let at = 3 * ((top + y) * target.width + left);
    for (let x = 0; x < columns; x++) {
      const [one, two, three] = [a[x] ?? 0, b[x] ?? 0, c[x] ?? 0];
      out[at++] = red[0] * one + red[1] * two + red[2] * three + red[3];
      out[at++] = green[0] * one + green[1] * two + green[2] * three + green[3];
      out[at++] = blue[0] * one + blue[1] * two + blue[2] * three + blue[3];
    }
  }
}

/** Reads the mean of each pixel's samples in a line; half a sample a side means that two pixels share one. */
function readLine(
  { plane, wide, high, line }: { plane: Plane; wide: number; high: number; line: Float64Array },
  y: number,
): void {
  const { samples, stride, width, height } = plane;
  const [across, down] = [Math.max(1, wide), Math.max(1, high)];
  const share = 1 / (across * down);
  line.fill(0);
  for (let row = 0; row < down; row++) {
    const start = stride * Math.min(height - 1, Math.floor(y * high) + row);
    for (let column = 0; column < across; column++) {
      for (let x = 0; x < line.length; x++) {
        const at = Math.min(width - 1, ((x * wide) | 0) + column);
        line[x] = (line[x] ?? 0) + share * (samples[start + at] ?? 0);
      }
    }
  }
}

function toMatrix(bitDepth: number, { matrix, isFullRange }: YcbcrCoding): readonly [Row, Row, Row] {
  const { light, black, colour, middle } = scales(bitDepth, isFullRange);
  const constant = -light * black;
  if (matrix === 0) {
    return [
      [0, 0, light, constant],
      [light, 0, 0, constant],
      [0, light, 0, constant],
    ];
  }
  const [red, blue] = SHARES[matrix] ?? BT601;
  const green = 1 - red - blue;
  const row = (ofCb: number, ofCr: number): Row => [
    light,
    colour * ofCb,
    colour * ofCr,
    constant - colour * middle * (ofCb + ofCr),
  ];
  return [
    row(0, 2 * (1 - red)),
    row((-2 * blue * (1 - blue)) / green, (-2 * red * (1 - red)) / green),
    row(2 * (1 - blue), 0),
  ];
}

function greyMatrix(bitDepth: number, { isFullRange }: YcbcrCoding): readonly [Row, Row, Row] {
  const { light, black } = scales(bitDepth, isFullRange);
  const row: Row = [light, 0, 0, -light * black];
  return [row, row, row];
}

/** Returns the levels of 255 for a step of brightness and of colour, and the samples of black and of no colour. */
function scales(bitDepth: number, isFullRange: boolean) {
  const unit = 2 ** (bitDepth - 8);
  const middle = 128 * unit;
  const full = 255 / (256 * unit - 1);
  return isFullRange
    ? { light: full, black: 0, colour: full, middle }
    : { light: 255 / (219 * unit), black: 16 * unit, colour: 255 / (224 * unit), middle };
}
