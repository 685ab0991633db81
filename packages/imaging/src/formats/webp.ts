import type { Limits } from "@image-pipeline/schema/config";
import { tooManyFrames, tooManyParts } from "../bounds/too-many.ts";
import type { InputFormat, OutputFormat } from "./format.ts";

/** The bytes before the first chunk. */
const HEADER_BYTES = 12;
/** Bytes for each pixel: the decoder holds a whole frame in RGBA, and an animation's canvas beside it. */
const HELD_BYTES = { still: 4, animated: 8 };

export const webp: InputFormat = {
  name: "WebP",
  matches: (head) => head.startsWith("RIFF") && head.startsWith("WEBPVP8", 8),
  decoder: "VipsForeignLoadWebpBuffer",
  isDetected: ({ format }) => format === "webp",
  prepare(file, limits) {
    checkWebpFrames(file, limits);
    return file;
  },
  heldBytesPerPixel: ({ pages }) => (pages > 1 ? HELD_BYTES.animated : HELD_BYTES.still),
};

export const webpOutput: OutputFormat<"webp"> = {
  extension: "webp",
  maxSide: 16_383, // 14 bits
  maxPixels: 16_000_000, // at 12 bytes a pixel
  encoders: ["webpsave"],
  encode: (picture, { quality, effort, smartSubsample }, animation) =>
    picture.webp({
      quality,
      effort,
      smartSubsample: smartSubsample === true,
      ...(animation && { delay: animation.delays, loop: animation.loop }),
    }),
  // The frames that are kept are hashed for each picture (`formats` of the preset's options). Hashes are older than the other option.
  toHashed: ({ smartSubsample, ...options }) => ({
    ...{ ...options, animated: null },
    ...(smartSubsample === true && { smartSubsample }),
  }),
  container: {
    parts: webpParts,
    needed: ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF"],
    profile: ["ICC"],
    rights: "XMP ",
  },
};

/**
 * Counts the frames of a WebP. Its decoder takes the square of their number in time to open the file.
 *
 * @throws {ImageRejection} `TOO_MANY_FRAMES`, `TOO_MANY_PARTS`
 */
function checkWebpFrames(source: Uint8Array, { maxFrames, maxParts }: Limits): void {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let frames = 0;
  let parts = 0;
  for (let at = HEADER_BYTES; at + 8 <= file.length; ) {
    if (++parts > maxParts) throw tooManyParts("chunks", maxParts);
    if (file.toString("latin1", at, at + 4) === "ANMF" && ++frames > maxFrames)
      throw tooManyFrames(undefined, maxFrames);
    const length = file.readUInt32LE(at + 4);
    at += 8 + length + (length & 1);
  }
}

/** The bytes of an animation frame's position, size, delay and flags, before the frame's chunks. */
const FRAME_HEADER_BYTES = 16;

/** Names the chunks of a WebP in their order, those of an animation's frames too (RFC 9649, section 2). */
function* webpParts(file: Buffer): Generator<string> {
  const end = 8 + file.readUInt32LE(4);
  if (end > file.length) return yield "cut short";
  yield* chunksOf(file.subarray(0, end), HEADER_BYTES);
  if (end < file.length) yield "trailing bytes";
}

function* chunksOf(file: Buffer, start: number): Generator<string> {
  let at = start;
  while (at + 8 <= file.length) {
    const name = file.toString("latin1", at, at + 4);
    const length = file.readUInt32LE(at + 4);
    yield name === "ICCP" ? "ICC" : name;
    if (name === "ANMF") yield* chunksOf(file.subarray(at + 8, at + 8 + length), FRAME_HEADER_BYTES);
    at += 8 + length + (length & 1);
  }
  if (at !== file.length) yield "cut short";
}
