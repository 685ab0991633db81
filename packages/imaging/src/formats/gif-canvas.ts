import { gifBlocks, tableBytes } from "./gif-blocks.ts";

/** A graphic control extension: its length, the offsets of its flags and of its transparent colour, and bits of the flags. */
const CONTROL = { bytes: 4, flags: 3, colour: 6, isTransparent: 1, disposal: 7 << 2, toBackground: 2 << 2 };

/**
 * Returns a GIF whose decoder leaves the parts of the canvas without a frame transparent, as browsers do. libvips has no alpha for a
 * file without a transparent colour, and fills them with black. So a colour that no pixel has is declared as transparent; if the
 * pixels have all 256, the file is returned as it is.
 */
export function withClearCanvas(source: Uint8Array): Uint8Array {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const blocks = [...gifBlocks(file)];
  const images = blocks.filter(({ name }) => name === "image").map(({ at }) => at);
  const controls = blocks.filter(({ name, at }) => name === "extension f9" && file[at + 2] === CONTROL.bytes);
  const [first] = images;
  const flagsOf = (at: number) => file[at + CONTROL.flags] ?? 0;
  const isClear = controls.some(({ at }) => (flagsOf(at) & CONTROL.isTransparent) !== 0);
  const isCleared = controls.some(({ at }) => (flagsOf(at) & CONTROL.disposal) === CONTROL.toBackground);
  if (first === undefined || isClear || (isCovered(file, first) && !(isCleared && images.length > 1)))
    return source;
  const unused = unusedColour(file, first);
  if (unused === -1) return source;
  const own = controls.findLast(({ at }) => at < first)?.at;
  const copy = Buffer.from(file);
  copy.write("GIF89a", "latin1");
  if (own === undefined) {
    const control = Buffer.of(0x21, 0xf9, 4, CONTROL.isTransparent, 0, 0, unused, 0);
    return Buffer.concat([copy.subarray(0, first), control, copy.subarray(first)]);
  }
  copy.writeUInt8(flagsOf(own) | CONTROL.isTransparent, own + CONTROL.flags);
  copy.writeUInt8(unused, own + CONTROL.colour);
  return copy;
}

/** Returns the last colour that no pixel of a frame has, or -1. */
function unusedColour(file: Buffer, image: number): number {
  const used = new Array<boolean>(256).fill(false);
  for (const code of literalCodes(file, image + 10 + tableBytes(file[image + 9] ?? 0))) used[code] = true;
  return used.lastIndexOf(false);
}

const MOST_BITS = 12;

/** Yields the codes of single colours in LZW data (GIF89a, appendix F): every colour of the pixels is among them. */
function* literalCodes(file: Buffer, at: number): Generator<number> {
  const clear = 1 << Math.min(8, file[at] ?? 0);
  const reset = { bits: Math.log2(clear) + 1, entries: clear + 1 };
  let { bits, entries } = reset;
  let [held, count] = [0, 0];
  for (const byte of dataBytes(file, at + 1)) {
    held |= byte << count;
    count += 8;
    while (count >= bits) {
      const code = held & ((1 << bits) - 1);
      held >>>= bits;
      count -= bits;
      if (code === clear + 1) return;
      if (code < clear) yield code;
      if (code === clear) ({ bits, entries } = reset);
      else if (++entries === 1 << bits && bits < MOST_BITS) bits++;
    }
  }
}

/** Yields the bytes of a chain of sub-blocks. */
function* dataBytes(file: Buffer, start: number): Generator<number> {
  let at = start;
  for (let length = file[at] ?? 0; length > 0; length = file[at] ?? 0) {
    yield* file.subarray(at + 1, at + 1 + length);
    at += 1 + length;
  }
}

/** Returns whether a frame covers the whole canvas. */
function isCovered(file: Buffer, image: number): boolean {
  if (image + 10 > file.length) return true;
  const [left = 0, top = 0, width = 0, height = 0] = [1, 3, 5, 7].map((at) => file.readUInt16LE(image + at));
  return left === 0 && top === 0 && width >= file.readUInt16LE(6) && height >= file.readUInt16LE(8);
}
