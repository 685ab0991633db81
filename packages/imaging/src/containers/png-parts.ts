const SIGNATURE_BYTES = 8;
/** A chunk's length and name before its body, and a checksum after it. */
const FRAMING_BYTES = 12;

export interface PngChunk {
  name: string;
  body: Buffer;
  /** The chunk as it stands in the file, framing included. */
  bytes: Buffer;
}

/** Names the chunks of a PNG in their order; `cut short` where the file ends before its end. */
export function* pngParts(file: Buffer): Generator<string> {
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

/** The chunks of a PNG in their order, up to its end or to where it is cut (w3.org/TR/png-3, section 5.3). */
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
