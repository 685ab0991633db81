import { inflateSync } from "node:zlib";
import { corruptImage } from "../image-rejection.ts";
import type { InputSupport, OutputSupport } from "./format-support.ts";

const SIGNATURE = "\x89PNG\r\n\x1a\n";
/** The memory of an interlaced PNG's decoder, as a multiple of its pixels. */
const INTERLACED_FACTOR = 1.25;

export const png: InputSupport & OutputSupport = {
  decoder: {
    name: "PNG",
    operation: "VipsForeignLoadPngBuffer",
    metadata: { format: "png" },
    matches: (head) => head.startsWith(SIGNATURE),
    prepare: stripChunks,
    heldBytes: ({ isInterlaced }, pixelBytes) => (isInterlaced ? pixelBytes * INTERLACED_FACTOR : 0),
  },
  encoder: {
    extension: "png",
    // The encoder's own bounds are beyond those of any source.
    maxSide: 65_535,
    maxPixels: 24_000_000,
    hasAlpha: true,
    operations: ["pngsave"],
    container: {
      parts: pngParts,
      needed: ["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "pHYs", "bKGD", "sRGB", "gAMA", "cHRM", "sBIT"],
      profile: ["ICC"],
    },
  },
};

/** The maximum number of chunks. At 25 MiB they have 1 KiB each; encoders write far larger ones. */
const MAX_CHUNKS = 25_000;
/** The maximum size of an inflated profile: more than any display's. */
const MAX_PROFILE_BYTES = 4 * 1024 * 1024;
/** The bytes of a chunk's length and name before its body, and of a checksum after it. */
const FRAMING_BYTES = 12;

/** The chunks with the picture, its colours or its facts. */
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
  "eXIf",
  "iCCP",
]);

interface Chunk {
  name: string;
  body: Buffer;
  /** The bytes of the chunk in the file, framing included. */
  bytes: Buffer;
}

/**
 * Removes the chunks that no rendition needs. Decoders inflate every text chunk when they open a file: one of some
 * kilobytes can keep them busy without end, and sharp's timeout does not interrupt that.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE` for a file of many tiny chunks
 */
function stripChunks(source: Uint8Array): Uint8Array {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const kept: Buffer[] = [];
  const seen = new Set<string>();
  let count = 0;
  for (const chunk of chunksOf(file)) {
    if (++count > MAX_CHUNKS) throw corruptImage("png", "has too many chunks", `more than ${MAX_CHUNKS}`);
    const isRepeated = chunk.name !== "IDAT" && seen.has(chunk.name);
    seen.add(chunk.name);
    if (!isRepeated && isKept(chunk)) kept.push(chunk.bytes);
  }
  return kept.length === count ? source : Buffer.concat([file.subarray(0, SIGNATURE.length), ...kept]);
}

function isKept(chunk: Chunk): boolean {
  return KEPT.has(chunk.name) && (chunk.name !== "iCCP" || isProfileSmall(chunk.body));
}

/** Inflates a profile up to the maximum. The chunk has a name, a zero, the method 0, and the deflated profile. */
function isProfileSmall(body: Buffer): boolean {
  try {
    inflateSync(body.subarray(body.indexOf(0) + 2), { maxOutputLength: MAX_PROFILE_BYTES });
    return true;
  } catch {
    return false;
  }
}

/** Names the chunks of a PNG in their order. */
function* pngParts(file: Buffer): Generator<string> {
  let end = SIGNATURE.length;
  let last = "";
  for (const { name, bytes } of chunksOf(file)) {
    yield name === "iCCP" ? "ICC" : name;
    end += bytes.length;
    last = name;
  }
  if (last !== "IEND") yield "cut short";
  else if (end !== file.length) yield "trailing bytes";
}

/** Yields the chunks of a PNG in their order, up to its end or to the first one that is cut (w3.org/TR/png-3, section 5.3). */
function* chunksOf(file: Buffer): Generator<Chunk> {
  let at = SIGNATURE.length;
  while (at + FRAMING_BYTES <= file.length) {
    const name = file.toString("latin1", at + 4, at + 8);
    const bytes = file.subarray(at, at + FRAMING_BYTES + file.readUInt32BE(at));
    yield { name, body: bytes.subarray(8, -4), bytes };
    at += bytes.length;
    if (name === "IEND") return;
  }
}
