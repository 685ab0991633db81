import { inflateSync } from "node:zlib";
import type { Limits } from "@image-pipeline/schema/config";
import { tooManyParts } from "../bounds/too-many.ts";
import type { InputFormat, OutputFormat } from "./format.ts";
import { type PngChunk, pngChunks, SIGNATURE_BYTES } from "./png-chunks.ts";
import { pngColours } from "./png-colours.ts";
import { repairChunks } from "./repair-png.ts";

/** An interlaced PNG needs this factor above its pixels. */
const INTERLACED_FACTOR = 1.25;

export const png: InputFormat = {
  name: "PNG",
  matches: (head) => head.startsWith("\x89PNG\r\n\x1a\n"),
  decoder: "VipsForeignLoadPngBuffer",
  isDetected: ({ format }) => format === "png",
  prepare: withoutUnneededChunks,
  colours: pngColours,
  repair: repairPng,
  heldBytesPerPixel: ({ isInterlaced, bitDepth = 8, channels }) =>
    isInterlaced ? Math.ceil(bitDepth / 8) * channels * INTERLACED_FACTOR : 0,
};

export const pngOutput: OutputFormat<"png"> = {
  extension: "png",
  maxSide: 65_535, // PNG's own bound is far larger
  maxPixels: 24_000_000,
  encoders: ["pngsave"],
  encode: (picture, { palette }) => picture.png({ palette }),
  container: {
    parts: pngParts,
    needed: ["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "pHYs", "bKGD", "sRGB", "gAMA", "cHRM", "sBIT"],
    profile: ["ICC"],
  },
};

/** Names the chunks of a PNG in their order; then `cut short` if the file ends before its end. */
function* pngParts(file: Buffer): Generator<string> {
  let end = SIGNATURE_BYTES;
  let last = "";
  for (const { name, bytes } of pngChunks(file)) {
    yield name === "iCCP" ? "ICC" : name;
    end += bytes.length;
    last = name;
  }
  if (last !== "IEND") yield "cut short";
  else if (end !== file.length) yield "trailing bytes";
}

/** More than any profile for a display has. */
const MAX_PROFILE_BYTES = 4 * 1024 * 1024;

/** The chunks that the picture, its colours and its facts are read from. */
const KEPT = new Set([
  "IHDR",
  "PLTE",
  "tRNS",
  "IDAT",
  "IEND",
  "gAMA",
  "cHRM",
  "sRGB",
  "sBIT",
  "cICP",
  "cLLI",
  "eXIf",
  "iCCP",
]);

/**
 * Returns the PNG without the chunks that no rendition needs. Decoders inflate every text in it when they open it: a file of a
 * few kilobytes could keep them busy for any time, and no time limit applies to opening.
 *
 * @throws {ImageRejection} `TOO_MANY_PARTS`
 */
function withoutUnneededChunks(source: Uint8Array, { maxParts }: Limits): Uint8Array {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const kept: Buffer[] = [];
  const seen = new Set<string>();
  let count = 0;
  for (const chunk of pngChunks(file)) {
    if (++count > maxParts) throw tooManyParts("chunks", maxParts);
    const isRepeated = chunk.name !== "IDAT" && seen.has(chunk.name);
    seen.add(chunk.name);
    if (!isRepeated && isKept(chunk)) kept.push(chunk.bytes);
  }
  return kept.length === count ? source : Buffer.concat([file.subarray(0, SIGNATURE_BYTES), ...kept]);
}

/** Repairs a PNG that has few chunks, as `prepare` returns it. */
async function repairPng(source: Uint8Array): Promise<Uint8Array | undefined> {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const chunks = await repairChunks([...pngChunks(file)]);
  return chunks && Buffer.concat([file.subarray(0, SIGNATURE_BYTES), ...chunks]);
}

function isKept(chunk: PngChunk): boolean {
  return KEPT.has(chunk.name) && (chunk.name !== "iCCP" || isSaneProfile(chunk.body));
}

/** Inflates a profile chunk: a name, a zero, the method 0, and the deflated profile. */
function isSaneProfile(body: Buffer): boolean {
  try {
    inflateSync(body.subarray(body.indexOf(0) + 2), { maxOutputLength: MAX_PROFILE_BYTES });
    return true;
  } catch {
    return false;
  }
}
