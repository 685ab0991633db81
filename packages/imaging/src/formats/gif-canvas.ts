import { gifBlocks } from "./gif-blocks.ts";
import { clearCode, lzwCodes } from "./gif-lzw.ts";

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

/** Returns the last colour that no pixel of a frame has, or -1. For each colour of a pixel there is a code of that one colour. */
function unusedColour(file: Buffer, image: number): number {
  const used = new Array<boolean>(256).fill(false);
  const clear = clearCode(file, image);
  for (const code of lzwCodes(file, image)) if (code < clear) used[code] = true;
  return used.lastIndexOf(false);
}

/** Returns whether a frame covers the whole canvas. */
function isCovered(file: Buffer, image: number): boolean {
  if (image + 10 > file.length) return true;
  const [left = 0, top = 0, width = 0, height = 0] = [1, 3, 5, 7].map((at) => file.readUInt16LE(image + at));
  return left === 0 && top === 0 && width >= file.readUInt16LE(6) && height >= file.readUInt16LE(8);
}
