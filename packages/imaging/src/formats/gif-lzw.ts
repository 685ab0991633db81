import { tableBytes } from "./gif-blocks.ts";

const MOST_BITS = 12;

/**
 * Yields the codes of a frame's LZW data in their order, up to the one of its end (GIF89a, appendix F).
 *
 * @param image the offset of the frame's block
 */
export function* lzwCodes(file: Buffer, image: number): Generator<number> {
  const clear = clearCode(file, image);
  const reset = { bits: Math.log2(clear) + 1, entries: clear + 1 };
  let { bits, entries } = reset;
  let [held, count] = [0, 0];
  for (const byte of dataBytes(file, dataAt(file, image) + 1)) {
    held |= byte << count;
    count += 8;
    while (count >= bits) {
      const code = held & ((1 << bits) - 1);
      held >>>= bits;
      count -= bits;
      if (code === clear + 1) return;
      yield code;
      if (code === clear) ({ bits, entries } = reset);
      else if (++entries === 1 << bits && bits < MOST_BITS) bits++;
    }
  }
}

/** Returns true if a frame's data have all of its pixels. */
export function isWholeFrame(file: Buffer, image: number): boolean {
  if (image + 10 > file.length) return false;
  const pixels = file.readUInt16LE(image + 5) * file.readUInt16LE(image + 7);
  const clear = clearCode(file, image);
  // The number of pixels of each code. A code that is added has one more than the code before it.
  const lengths = new Uint32Array(1 << MOST_BITS).fill(1, 0, clear);
  let [made, next, before] = [0, clear + 2, 0];
  for (const code of lzwCodes(file, image)) {
    if (code === clear) [next, before] = [clear + 2, 0];
    else {
      if (before > 0 && next < lengths.length) lengths[next++] = before + 1;
      before = lengths[code] ?? 0;
      made += before;
    }
    if (made >= pixels) return true;
  }
  return false;
}

function dataAt(file: Buffer, image: number): number {
  return image + 10 + tableBytes(file[image + 9] ?? 0);
}

/** Returns the code that empties the table: those below it are single colours. */
export function clearCode(file: Buffer, image: number): number {
  return 1 << Math.min(8, file[dataAt(file, image)] ?? 0);
}

/** Yields the bytes of a chain of sub-blocks. */
function* dataBytes(file: Buffer, start: number): Generator<number> {
  let at = start;
  for (let length = file[at] ?? 0; length > 0; length = file[at] ?? 0) {
    yield* file.subarray(at + 1, at + 1 + length);
    at += 1 + length;
  }
}
