import { localName, XmlError, xmlTokens } from "./xml-tokens.ts";

/** The first tag of an SVG may be this far into the file, after comments and a DOCTYPE. */
const HEAD_BYTES = 64 * 1024;
/** The first bytes of a file that is worth a look: a tag, after a byte-order mark or white space; as Latin-1. */
const MAYBE = /^(\xef\xbb\xbf\s*|\s*|\xff\xfe|\xfe\xff\0)</;
const DECLARED = /^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/;

/**
 * Returns true if the first tag of a file is `svg`.
 *
 * @param head the file's first bytes, as Latin-1
 */
export function isSvg(head: string, file: Uint8Array): boolean {
  if (!MAYBE.test(head)) return false;
  const text = new TextDecoder(encodingOf(file)).decode(file.subarray(0, HEAD_BYTES));
  try {
    for (const token of xmlTokens(text.trimStart()))
      if (token.kind === "start") return localName(token.name).toLowerCase() === "svg";
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
  }
  return false;
}

/**
 * Returns the text of a file in the encoding that it declares (XML 1.0, appendix F).
 *
 * @throws {TypeError} if it has other bytes
 */
export function svgText(file: Uint8Array): string {
  return new TextDecoder(encodingOf(file), { fatal: true }).decode(file).trimStart();
}

/** Returns the name of an encoding: that of the byte-order mark, or the declared one if it is known (default: UTF-8). */
function encodingOf(file: Uint8Array): string {
  const head = Buffer.from(file.subarray(0, 256)).toString("latin1");
  if (head.startsWith("\xff\xfe")) return "utf-16le";
  if (head.startsWith("\xfe\xff")) return "utf-16be";
  const declared = DECLARED.exec(head)?.[1]?.toLowerCase() ?? "utf-8";
  // The declaration itself was read as single bytes.
  if (declared.startsWith("utf-16")) return "utf-8";
  try {
    return new TextDecoder(declared).encoding;
  } catch {
    return "utf-8";
  }
}
