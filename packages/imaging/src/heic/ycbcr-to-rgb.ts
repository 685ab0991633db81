import { convertBytes, type SrgbTables } from "../matrix-to-srgb.ts";
import { type Pixels, toBytes } from "../pixels.ts";
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

/** The levels of sums from the lowest possible one: faster than a comparison of each with 0 and 255. */
const LOWEST = -384;
const LEVELS = Uint8Array.from({ length: 1024 }, (_, at) => Math.min(255, Math.max(0, at + LOWEST)));

/**
 * Converts planes into red, green and blue, at the size of the first one; the two of colour are interpolated to it. Each pixel is
 * rounded once: 10 bits become 8 without banding.
 *
 * @param tables those of the picture's profile, to convert the pixels to sRGB line by line, while a line is in the processor's cache
 */
export function toRgb({ planes, bitDepth }: Planes, coding: YcbcrCoding, tables?: SrgbTables): Pixels {
  const [luma, ...colours] = planes;
  if (!luma) throw new Error("a picture has no plane");
  const { width, height } = luma;
  const [cb = luma, cr = luma] = colours;
  const rows = colours.length > 1 ? toMatrix(bitDepth, coding) : greyMatrix(bitDepth, coding);
  const amounts = Int32Array.from(rows.flatMap(toAmounts));
  const samples = plain(luma.samples);
  const readColours = colourReader(cb, cr, luma);
  const data = Buffer.allocUnsafeSlow(3 * width * height);
  for (let y = 0; y < height; y++) {
    const line = samples.subarray(y * width, (y + 1) * width);
    const out = new Uint8Array(data.buffer, 3 * y * width, 3 * width);
    convertLine(line, readColours(y), amounts, out);
    if (tables) convertBytes(out, out, { channels: 3, tables });
  }
  return { data, width, height, channels: 3 };
}

/** Returns a row in whole numbers; its constant rounds to the nearest level, and counts from the lowest one. */
function toAmounts([first, second, third, constant]: Row): number[] {
  const unit = 2 ** BITS.amount;
  return [
    Math.round(unit * first),
    Math.round((unit * second) / 2 ** BITS.line),
    Math.round((unit * third) / 2 ** BITS.line),
    Math.round(unit * (constant + 0.5 - LOWEST)),
  ];
}

function plain(samples: WholePlane["samples"]): WholePlane["samples"] {
  return samples instanceof Uint16Array ? samples : toBytes(samples);
}

/** A line of the two colours as they are stored, and the sample at the left of each pixel with the weight of the next one. */
interface ColourLine {
  second: Int32Array;
  third: Int32Array;
  lefts: Int32Array;
  weights: Int32Array;
}

/** Returns a function that reads a line of colours for a line of pixels. It is valid until the next line is read. */
function colourReader(cb: WholePlane, cr: WholePlane, size: Size): (y: number) => ColourLine {
  const { width, height } = cb;
  const columns = Array.from({ length: size.width }, (_, x) => neighbours(x, size.width, width));
  const line: ColourLine = {
    // One more than there are samples, so that the last has a neighbour.
    second: new Int32Array(width + 1),
    third: new Int32Array(width + 1),
    lefts: Int32Array.from(columns, ({ before }) => before),
    weights: Int32Array.from(columns, ({ weight }) => Math.round(weight * 2 ** BITS.weight)),
  };
  const [second, third] = [plain(cb.samples), plain(cr.samples)];
  return (y) => {
    const { before, after, weight } = neighbours(y, size.height, height);
    const at = { above: before * width, below: after * width, weight: Math.round(weight * 2 ** BITS.line) };
    blendLines(second, at, line.second);
    blendLines(third, at, line.third);
    return line;
  };
}

/** Interpolates between two lines of samples. */
function blendLines(
  samples: WholePlane["samples"],
  { above, below, weight }: { above: number; below: number; weight: number },
  to: Int32Array,
): void {
  const width = to.length - 1;
  const rest = 2 ** BITS.line - weight;
  for (let x = 0; x < width; x++)
    to[x] = Math.imul(rest, samples[above + x] ?? 0) + Math.imul(weight, samples[below + x] ?? 0);
  to[width] = to[width - 1] ?? 0;
}

/** Converts a line of pixels. `Math.imul` keeps the sums whole numbers of 32 bits, without checks. */
function convertLine(
  line: WholePlane["samples"],
  { second, third, lefts, weights }: ColourLine,
  amounts: Int32Array,
  out: Uint8Array,
): void {
  const [r1 = 0, r2 = 0, r3 = 0, r = 0, g1 = 0, g2 = 0, g3 = 0, g = 0, b1 = 0, b2 = 0, b3 = 0, b = 0] =
    amounts;
  for (let x = 0, to = 0; x < line.length; x++, to += 3) {
    const left = lefts[x] ?? 0;
    const weight = weights[x] ?? 0;
    const light = line[x] ?? 0;
    const leftCb = second[left] ?? 0;
    const leftCr = third[left] ?? 0;
    const cb = leftCb + (Math.imul((second[left + 1] ?? 0) - leftCb, weight) >> BITS.weight);
    const cr = leftCr + (Math.imul((third[left + 1] ?? 0) - leftCr, weight) >> BITS.weight);
    const red = Math.imul(r1, light) + Math.imul(r2, cb) + Math.imul(r3, cr) + r;
    const green = Math.imul(g1, light) + Math.imul(g2, cb) + Math.imul(g3, cr) + g;
    const blue = Math.imul(b1, light) + Math.imul(b2, cb) + Math.imul(b3, cr) + b;
    out[to] = LEVELS[red >> BITS.amount] ?? 0;
    out[to + 1] = LEVELS[green >> BITS.amount] ?? 0;
    out[to + 2] = LEVELS[blue >> BITS.amount] ?? 0;
  }
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
