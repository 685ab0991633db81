import type { Limits } from "@image-pipeline/schema/config";
import { tooManyFrames, tooManyParts } from "../bounds/too-many.ts";
import { corruptImage } from "../image-rejection.ts";
import type { InputFormat, OutputFormat } from "./format.ts";
import { gifBlocks } from "./gif-blocks.ts";
import { withClearCanvas } from "./gif-canvas.ts";
import { isWholeFrame } from "./gif-lzw.ts";

/** Bytes for each pixel of a frame and of the one before it, in RGBA, as the decoder was measured to hold. */
const HELD_BYTES = 6;

export const gif: InputFormat = {
  name: "GIF",
  matches: (head) => head.startsWith("GIF87a") || head.startsWith("GIF89a"),
  decoder: "VipsForeignLoadNsgifBuffer",
  isDetected: ({ format }) => format === "gif",
  prepare: (source, limits) => withClearCanvas(toCompleteGif(source, limits)),
  heldBytesPerPixel: () => HELD_BYTES,
};

export const gifOutput: OutputFormat<"gif"> = {
  extension: "gif",
  maxSide: 65_535, // 16 bits
  maxPixels: 16_000_000,
  encoders: ["gifsave", "cgifsave"],
  encode: (picture, _options, animation) =>
    picture.gif(animation && { delay: animation.delays, loop: animation.loop }),
  // The frames that are kept are hashed for each picture (`formats` of the preset's options).
  toHashed: (options) => ({ ...options, animated: null }),
  container: { parts: gifParts, needed: ["image", "extension f9", "NETSCAPE2.0"], profile: [] },
};

/**
 * Returns the GIF without bytes after its end, and without those that are no block, after its frames: its decoder refuses them, and
 * browsers end there. The decoder alone shows the part that it received of a truncated file and reports no error, so a truncation is
 * detected here.
 *
 * @throws {ImageRejection} `TOO_MANY_FRAMES`, `TOO_MANY_PARTS`; `CORRUPT_IMAGE` if the file ends inside a frame
 */
function toCompleteGif(source: Uint8Array, { maxFrames, maxParts }: Limits): Uint8Array {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let [frames, parts] = [0, 0];
  let last = { name: "", image: 0 };
  for (const { name, at } of gifBlocks(file)) {
    if (++parts > maxParts) throw tooManyParts("blocks", maxParts);
    if (name === "image" && ++frames > maxFrames) throw tooManyFrames(undefined, maxFrames);
    if (name === "trailing bytes") return source.subarray(0, at);
    if (name === "stray bytes" && frames > 0) {
      // Zeros behind a cut end its chain of data, or the control of a frame that does not come.
      const isWhole = last.name !== "extension f9" && isWholeFrame(file, last.image);
      if (isWhole) return source.subarray(0, at);
      throw corruptImage("gif", "ends inside a frame", `before ${at} bytes`);
    }
    last = { name, image: name === "image" ? at : last.image };
    if (name === "cut short") throw corruptImage("gif", "ends inside a frame", `after ${at} bytes`);
  }
  return source;
}

/** Names the blocks of a GIF in their order. */
function* gifParts(file: Buffer): Generator<string> {
  for (const { name } of gifBlocks(file)) yield name;
}
