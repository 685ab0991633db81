const SIGNATURE_BYTES = 8;

/** Names the chunks of a PNG in their order (w3.org/TR/png-3, section 5.3). */
export function* pngParts(file: Buffer): Generator<string> {
  let at = SIGNATURE_BYTES;
  while (at + 12 <= file.length) {
    const name = file.toString("latin1", at + 4, at + 8);
    yield name === "iCCP" ? "ICC" : name;
    at += 12 + file.readUInt32BE(at);
    if (name === "IEND") return at === file.length ? undefined : yield "trailing bytes";
  }
  yield "cut short";
}
