/** A point in the CIE 1931 diagram of colours. */
export type Chromaticity = readonly [x: number, y: number];

/** The colours of a display: its primaries and its white. */
export interface Gamut {
  primaries: readonly Chromaticity[];
  white: Chromaticity;
}

/** A tone curve as one of the parametric forms of ICC.1:2022, 10.18. */
export interface ParametricCurve {
  type: number;
  values: readonly number[];
}

export const D65: Chromaticity = [0.3127, 0.329];
/** Bradford's cone responses, for the change to D50, the white of every ICC profile (ICC.1:2022, annex E). */
const BRADFORD = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];
const D50 = [0.9642, 1, 0.8249];

/** Returns an ICC profile of three primaries with one curve. */
export function displayProfile(name: string, gamut: Gamut, curve: ParametricCurve): Buffer {
  const columns = toColumns(gamut);
  return toProfile("RGB ", [
    ["desc", text(name)],
    ["wtpt", xyz(D50)],
    ...["r", "g", "b"].map((channel, at): [string, Buffer] => [`${channel}XYZ`, xyz(columns[at] ?? [])]),
    ...["r", "g", "b"].map((channel): [string, Buffer] => [`${channel}TRC`, parametric(curve)]),
  ]);
}

/** Returns an ICC profile of greys with a curve. */
export function greyProfile(name: string, curve: ParametricCurve): Buffer {
  return toProfile("GRAY", [
    ["desc", text(name)],
    ["wtpt", xyz(D50)],
    ["kTRC", parametric(curve)],
  ]);
}

/** Returns X, Y and Z of red, green and blue under D50, which add up to the white. */
export function toColumns({ primaries, white: whitePoint }: Gamut): number[][] {
  const toXyz = ([x, y]: Chromaticity) => [x / y, 1, (1 - x - y) / y];
  const unscaled = primaries.map(toXyz);
  const white = toXyz(whitePoint);
  const shares = times(inverse(transposed(unscaled)), white);
  const [from, to] = [times(BRADFORD, white), times(BRADFORD, D50)];
  const back = inverse(BRADFORD);
  return unscaled.map((colour, at) => {
    const cones = times(
      BRADFORD,
      colour.map((value) => value * (shares[at] ?? 0)),
    );
    return times(
      back,
      cones.map((value, cone) => (value * (to[cone] ?? 0)) / (from[cone] ?? 1)),
    );
  });
}

type Matrix = readonly (readonly number[])[];

function times(matrix: Matrix, vector: readonly number[]): number[] {
  return matrix.map((row) => row.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0));
}

function transposed(matrix: Matrix): Matrix {
  return [0, 1, 2].map((column) => matrix.map((row) => row[column] ?? 0));
}

function inverse(matrix: Matrix): Matrix {
  const [[a = 0, b = 0, c = 0] = [], [d = 0, e = 0, f = 0] = [], [g = 0, h = 0, i = 0] = []] = matrix;
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ].map((row) => row.map((value) => value / determinant));
}

function fixed(values: readonly number[]): Buffer {
  const data = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) data.writeInt32BE(Math.round(65_536 * value), 4 * at);
  return data;
}

function xyz(values: readonly number[]): Buffer {
  return Buffer.concat([Buffer.from("XYZ \0\0\0\0", "latin1"), fixed(values)]);
}

function parametric({ type, values }: ParametricCurve): Buffer {
  return Buffer.concat([Buffer.from("para\0\0\0\0", "latin1"), Buffer.of(0, type, 0, 0), fixed(values)]);
}

/** Returns a text in the form of version 4: one translation, in UTF-16. */
function text(words: string): Buffer {
  const utf16 = Buffer.from(words, "utf16le").swap16();
  const head = Buffer.alloc(28);
  head.write("mluc", "latin1");
  head.writeUInt32BE(1, 8);
  head.writeUInt32BE(12, 12);
  head.write("enUS", 16, "latin1");
  head.writeUInt32BE(utf16.length, 20);
  head.writeUInt32BE(28, 24);
  return Buffer.concat([head, utf16]);
}

/** Returns the profile of a display with these tags (ICC.1:2022, section 7). */
function toProfile(model: string, tags: readonly [string, Buffer][]): Buffer {
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  const bodies: Buffer[] = [];
  let at = 128 + table.length;
  for (const [index, [name, body]] of tags.entries()) {
    const entry = 4 + 12 * index;
    table.write(name, entry, "latin1");
    table.writeUInt32BE(at, entry + 4);
    table.writeUInt32BE(body.length, entry + 8);
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length & 3)) & 3)]);
    bodies.push(padded);
    at += padded.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  header.writeUInt32BE(0x04300000, 8);
  header.write(`mntr${model}XYZ `, 12, "latin1");
  header.write("acsp", 36, "latin1");
  fixed(D50).copy(header, 68);
  return Buffer.concat([header, table, ...bodies]);
}
