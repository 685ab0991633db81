import fc from "fast-check";
import { EDGES, patched } from "./mutations.ts";

/** Damages one field of a header: `file` has it between `start` and `end`. */
export type HeaderMutation = (file: Buffer, header: { start: number; end: number }) => Buffer;

const ENTRY_BYTES = 12;
/** The parts of a directory's entry: tag, type, count and value, each with its offset and its bytes. */
const PARTS = [
  [0, 2],
  [2, 2],
  [4, 4],
  [8, 4],
  [8, 2],
] as const;
/** Tags that decide how pixels are stored (TIFF 6.0), from the width to the sample format, and some that no picture has. */
const TAGS = [
  ...[
    254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 292, 317, 320, 322, 323, 324, 325, 330,
  ],
  ...[332, 338, 339, 347, 530, 531, 532, 34_675, 0, 65_535],
];
const number = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 40 }), weight: 2 },
  fc.constantFrom(...EDGES),
  fc.constantFrom(...TAGS),
  fc.nat(0xffffffff),
);

/** Damages the entries of a TIFF's first directory, in the byte order of the file. */
export const directoryMutations = fc.array(
  fc.record({ entry: fc.nat(40), part: fc.constantFrom(...PARTS), value: number }).map(
    ({ entry, part: [offset, bytes], value }): HeaderMutation =>
      (file, { start }) => {
        const isLittle = file.toString("latin1", start, start + 2) === "II";
        const at = start + (isLittle ? file.readUInt32LE(start + 4) : file.readUInt32BE(start + 4));
        if (at + 2 > file.length) return file;
        const count = isLittle ? file.readUInt16LE(at) : file.readUInt16BE(at);
        const word = Buffer.alloc(bytes);
        const kept = value % 2 ** (8 * bytes);
        if (isLittle) word.writeUIntLE(kept, 0, bytes);
        else word.writeUIntBE(kept, 0, bytes);
        return patched(file, at + 2 + ENTRY_BYTES * (entry % Math.max(1, count)) + offset, word);
      },
  ),
  { minLength: 1, maxLength: 4 },
);

/** Damages any bytes of a header, such as a colour profile. */
export const byteMutations = fc.array(
  fc.record({ at: fc.nat(4096), value: number, bytes: fc.constantFrom(1, 2, 4) }).map(
    ({ at, value, bytes }): HeaderMutation =>
      (file, { start, end }) => {
        const word = Buffer.alloc(bytes);
        word.writeUIntBE(value % 2 ** (8 * bytes), 0, bytes);
        return patched(file, start + (at % Math.max(1, end - start)), word);
      },
  ),
  { minLength: 1, maxLength: 6 },
);
