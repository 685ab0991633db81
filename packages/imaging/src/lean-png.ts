import { inflateSync } from "node:zlib";
import { type PngChunk, pngChunks } from "./containers/png-parts.ts";
import { corruptImage } from "./corrupt-image.ts";

const SIGNATURE_BYTES = 8;
/** At 25 MiB, chunks of 1 KiB: encoders write far larger ones. */
const MAX_CHUNKS = 25_000;
/** More than any profile for a display has. */
const MAX_PROFILE_BYTES = 4 * 1024 * 1024;

/** The chunks that a picture, its colours or its facts come from. */
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

/**
 * The PNG without what no rendition needs. Decoders inflate every text in it, whenever they open it: a file of some
 * kilobytes would keep them busy for as long as it likes, and no time limit reaches into that.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE` for a file of nothing but tiny chunks
 */
export function leanPng(source: Uint8Array): Uint8Array {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const kept: Buffer[] = [];
  const seen = new Set<string>();
  let count = 0;
  for (const chunk of pngChunks(file)) {
    if (++count > MAX_CHUNKS) throw corruptImage("png", "is in pieces", `more than ${MAX_CHUNKS} chunks`);
    const isRepeated = chunk.name !== "IDAT" && seen.has(chunk.name);
    seen.add(chunk.name);
    if (!isRepeated && isKept(chunk)) kept.push(chunk.bytes);
  }
  return kept.length === count ? source : Buffer.concat([file.subarray(0, SIGNATURE_BYTES), ...kept]);
}

function isKept(chunk: PngChunk): boolean {
  return KEPT.has(chunk.name) && (chunk.name !== "iCCP" || isSaneProfile(chunk.body));
}

/** A name, a zero, the method 0, and the deflated profile. */
function isSaneProfile(body: Buffer): boolean {
  try {
    inflateSync(body.subarray(body.indexOf(0) + 2), { maxOutputLength: MAX_PROFILE_BYTES });
    return true;
  } catch {
    return false;
  }
}
