/** Numbers of a dataset (IPTC IIM 4.2): its record, and its number in the record. */
const BYLINE = "2:80";
const COPYRIGHT = "2:116";
/** A dataset begins with this byte; then come its record, its number and its length. */
const TAG_MARKER = 0x1c;
const HEADER_BYTES = 5;

/** Reads the copyright and the creators from the datasets of IPTC, up to one that is cut short or longer than 32 KiB. */
export function readIptc(data: Buffer): { copyright: string[]; creator: string[] } {
  const found = { copyright: [] as string[], creator: [] as string[] };
  for (let at = 0; at + HEADER_BYTES <= data.length && data[at] === TAG_MARKER; ) {
    const end = at + HEADER_BYTES + data.readUInt16BE(at + 3);
    const text = data.subarray(at + HEADER_BYTES, end);
    const number = `${data[at + 1]}:${data[at + 2]}`;
    if (number === COPYRIGHT) found.copyright.push(decode(text));
    if (number === BYLINE) found.creator.push(decode(text));
    at = end;
  }
  return found;
}

/** Decodes UTF-8, which editors write with or without declaring it, or else Latin-1. */
function decode(text: Buffer): string {
  const decoded = text.toString("utf8");
  return decoded.includes("\ufffd") ? text.toString("latin1") : decoded;
}
