import { crc32 } from "node:zlib";
import fc from "fast-check";
import { partsOf } from "./parts.ts";

/** Damage to a file; positions are shares of the file's length, so that they fit every file. */
export type Mutation = (file: Buffer, others: readonly Buffer[]) => Buffer;

/** First bytes, which only cuts damage: without them a file is rejected at once. */
const MAGIC_BYTES = 12;

/** Numbers at which sizes and offsets overflow. */
export const EDGES = [
  0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

/** Bytes that repeated parts add at most. */
const MAX_ADDED_BYTES = 2 ** 20;
const GRAIN = 2 ** 20;
const share = fc.noBias(fc.nat(GRAIN - 1)).map((value) => value / GRAIN);
/** Positions, half of them in the first 256 bytes: most decisions depend on headers. */
const position = fc.oneof(
  share,
  share.map((value) => -value),
);

const cut = share.map(
  (at): Mutation =>
    (file) =>
      file.subarray(0, Math.floor(at * file.length)),
);

const flip = fc.record({ at: position, bit: fc.nat(7) }).map(
  ({ at, bit }): Mutation =>
    (file) => {
      const index = indexOf(file, at);
      return patched(file, index, Buffer.of((file[index] ?? 0) ^ (1 << bit)));
    },
);

const overwrite = fc
  .record({
    at: position,
    value: fc.oneof(fc.constantFrom(...EDGES), fc.nat(0xffffffff)),
    isLittle: fc.boolean(),
    bytes: fc.constantFrom(1, 2, 4),
  })
  .map(
    ({ at, value, isLittle, bytes }): Mutation =>
      (file) => {
        const word = Buffer.alloc(4);
        if (isLittle) word.writeUInt32LE(value);
        else word.writeUInt32BE(value);
        return patched(
          file,
          indexOf(file, at),
          isLittle ? word.subarray(0, bytes) : word.subarray(4 - bytes),
        );
      },
  );

const splice = fc.record({ at: position, from: position, length: fc.nat(400), other: share }).map(
  ({ at, from, length, other }): Mutation =>
    (file, others) => {
      const donor = others[Math.floor(other * others.length)] ?? file;
      const start = indexOf(donor, from);
      const index = indexOf(file, at);
      return Buffer.concat([
        file.subarray(0, index),
        donor.subarray(start, start + length),
        file.subarray(index),
      ]);
    },
);

const remove = fc.record({ at: position, length: fc.integer({ min: 1, max: 200 }) }).map(
  ({ at, length }): Mutation =>
    (file) => {
      const index = indexOf(file, at);
      return Buffer.concat([file.subarray(0, index), file.subarray(index + length)]);
    },
);

const noise = fc.record({ at: position, bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }) }).map(
  ({ at, bytes }): Mutation =>
    (file) =>
      patched(file, indexOf(file, at), bytes),
);

/** Repeats, moves or removes one part of the container: what costs a decoder much is many parts, and parts out of their order. */
const restructure = fc.record({ pick: share, to: share, times: fc.constantFrom(0, 1, 2, 30, 3000) }).map(
  ({ pick, to, times }): Mutation =>
    (file) => {
      const parts = partsOf(file);
      const [part, target] = [pick, to].map((at) => parts[Math.floor(at * parts.length)]);
      if (!part || !target) return file;
      const bytes = file.subarray(part.at, part.end);
      const copies = Math.min(times, Math.floor(MAX_ADDED_BYTES / Math.max(1, bytes.length)));
      const at = times > 2 ? part.at : target.at;
      const rest = times > 2 ? file : Buffer.concat([file.subarray(0, part.at), file.subarray(part.end)]);
      return Buffer.concat([
        rest.subarray(0, at),
        ...Array.from({ length: copies }, () => bytes),
        rest.subarray(at),
      ]);
    },
);

/** Corrects the checksums of a PNG's chunks: with wrong ones, decoders would not read the damaged bytes. */
const repair = fc.constant<Mutation>((file) => withRightChecksums(file));

export const mutations = fc
  .array(
    fc.oneof(
      flip,
      { arbitrary: overwrite, weight: 3 },
      { arbitrary: restructure, weight: 2 },
      splice,
      remove,
      noise,
      cut,
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .chain((list) =>
    fc.oneof(
      fc.constant(list),
      repair.map((last) => [...list, last]),
    ),
  );

function indexOf(file: Buffer, at: number): number {
  const magic = Math.min(MAGIC_BYTES, file.length);
  return magic + Math.floor(Math.abs(at) * ((at < 0 ? Math.min(256, file.length) : file.length) - magic));
}

export function patched(file: Buffer, at: number, bytes: Uint8Array): Buffer {
  const copy = Buffer.from(file);
  copy.set(bytes.subarray(0, Math.max(0, copy.length - at)), at);
  return copy;
}

function withRightChecksums(file: Buffer): Buffer {
  if (file.toString("latin1", 1, 4) !== "PNG") return file;
  const copy = Buffer.from(file);
  for (let at = 8; at + 12 <= copy.length; ) {
    const end = at + 8 + copy.readUInt32BE(at);
    if (end + 4 > copy.length) break;
    copy.writeUInt32BE(crc32(copy.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return copy;
}
