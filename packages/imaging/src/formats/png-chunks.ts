export const SIGNATURE_BYTES = 8;
/** A chunk's length and name before its body, and a checksum after it. */
const FRAMING_BYTES = 12;

/** One chunk of a PNG. */
export interface PngChunk {
  name: string;
  body: Buffer;
  /** The chunk as stored in the file, framing included. */
  bytes: Buffer;
}

/** Yields the chunks of a PNG in their order, up to its end or to a truncation (w3.org/TR/png-3, section 5.3). */
export function* pngChunks(file: Buffer): Generator<PngChunk> {
  let at = SIGNATURE_BYTES;
  while (at + FRAMING_BYTES <= file.length) {
    const name = file.toString("latin1", at + 4, at + 8);
    const bytes = file.subarray(at, at + FRAMING_BYTES + file.readUInt32BE(at));
    yield { name, body: bytes.subarray(8, -4), bytes };
    at += bytes.length;
    if (name === "IEND") return;
  }
}
