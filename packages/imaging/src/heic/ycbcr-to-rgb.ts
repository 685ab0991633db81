import type { Pixels } from "../pixels.ts";
import type { Size } from "../size.ts";
import type { Planes, WholePlane } from "./tile-planes.ts";

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

/** Fractions of whole numbers, in bits, in which a line of colours, the weights of two samples, and the amounts in a channel are. */
const BITS = { line: 4, weight: 8, amount: 16 };

/**
 * Converts planes into red, green and blue, at the size of the first one; the two of colour are interpolated to it. Each pixel is
 * rounded once: 10 bits become 8 without banding.
 */
export function toRgb({ planes, bitDepth }: Planes, coding: YcbcrCoding): Pixels {
  const [luma, ...colours] = planes;
  if (!luma) throw new Error("a picture has no plane");
  const { width, height, samples } = luma;
  const [cb = luma, cr = luma] = colours;
  const rows = colours.length > 1 ? toMatrix(bitDepth, coding) : greyMatrix(bitDepth, coding);
  const [r, g, b] = rows.map(toAmounts);
  if (!r || !g || !b) throw new Error("a matrix has fewer rows than channels");
  const [readCb, readCr] = [lineReader(cb, luma), lineReader(cr, luma)];
  const data = Buffer.allocUnsafeSlow(3 * width * height);
  const out = new Uint8ClampedArray(data.buffer);
  for (let y = 0, at = 0, to = 0; y < height; y++) {
    const [two, three] = [readCb(y), readCr(y)];
    for (let x = 0; x < width; x++, at++, to += 3) {
      const first = samples[at] ?? 0;
      const second = two[x] ?? 0;
      const third = three[x] ?? 0;
      out[to] = (r.first * first + r.second * second + r.third * third + r.constant) >> BITS.amount;
      out[to + 1] = (g.first * first + g.second * second + g.third * third + g.constant) >> BITS.amount;
      out[to + 2] = (b.first * first + b.second * second + b.third * third + b.constant) >> BITS.amount;
    }
  }
  return { data, width, height, channels: 3 };
}

/** Returns a row in whole numbers; its constant rounds to the nearest level. */
function toAmounts([first, second, third, constant]: Row) {
  const unit = 2 ** BITS.amount;
  return {
    first: Math.round(unit * first),
    second: Math.round((unit * second) / 2 ** BITS.line),
    third: Math.round((unit * third) / 2 ** BITS.line),
    constant: Math.round(unit * (constant + 0.5)),
  };
}

/** Returns a function that reads a line of a plane, interpolated to a size. It is valid until the next line is read. */
function lineReader({ width, height, samples }: WholePlane, size: Size): (y: number) => Int32Array {
  const columns = Array.from({ length: size.width }, (_, x) => neighbours(x, size.width, width));
  const lefts = Int32Array.from(columns, ({ before }) => before);
  const weights = Int32Array.from(columns, ({ weight }) => Math.round(weight * 2 ** BITS.weight));
  // One more than there are samples, so that the last has a neighbour.
  const stored = new Int32Array(width + 1);
  const line = new Int32Array(size.width);
  return (y) => {
    const { before, after, weight } = neighbours(y, size.height, height);
    const below = Math.round(weight * 2 ** BITS.line);
    const above = 2 ** BITS.line - below;
    for (let x = 0; x < width; x++)
      stored[x] = above * (samples[before * width + x] ?? 0) + below * (samples[after * width + x] ?? 0);
    stored[width] = stored[width - 1] ?? 0;
    for (let x = 0; x < line.length; x++) {
      const left = lefts[x] ?? 0;
      const value = stored[left] ?? 0;
      line[x] = value + ((((stored[left + 1] ?? 0) - value) * (weights[x] ?? 0)) >> BITS.weight);
    }
    return line;
  };
}

/** Returns the two samples beside the middle of a pixel, and the second one's share. */
function neighbours(pixel: number, pixels: number, samples: number) {
  const middle = Math.min(samples - 1, Math.max(0, ((pixel + 0.5) * samples) / pixels - 0.5));
  const before = Math.floor(middle);
  return { before, after: Math.min(samples - 1, before + 1), weight: middle - before };
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
