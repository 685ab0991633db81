import { jpegSegments, MARKER } from "../jpeg-segments.ts";
import type { Size } from "../size.ts";

/** A picture in the text of an SVG: the kinds that are drawn. An SVG in an SVG is not. */
const DATA_URL = /^\s*data:image\/(?:png|jpe?g);base64,/i;
/** Base64 alone: a decoder of URLs reads `%2F`, and ends at `#`, where `Buffer.from` skips them. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const PNG = { signature: "\x89PNG\r\n\x1a\n", width: 16, height: 20, headerBytes: 24 };
/** Frame headers of a JPEG: C0 to CF, but for the tables of Huffman codes, of arithmetic coding and its extension. */
const isFrame = (marker: number) =>
  marker >= MARKER.sof0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Returns the size of the PNG or JPEG in a `data:` URL, or undefined for any other reference. */
export function embeddedSize(url: string): Size | undefined {
  const [start] = DATA_URL.exec(url) ?? [];
  if (start === undefined) return undefined;
  // Editors write white space into long values.
  const data = url.slice(start.length).replaceAll(/[ \t\r\n\f]+/g, "");
  if (!BASE64.test(data)) return undefined;
  const file = Buffer.from(data, "base64");
  if (file.length >= PNG.headerBytes && file.toString("latin1", 0, 8) === PNG.signature)
    return { width: file.readUInt32BE(PNG.width), height: file.readUInt32BE(PNG.height) };
  if (file[0] !== 0xff || file[1] !== 0xd8) return undefined;
  for (const { marker, body } of jpegSegments(file))
    if (isFrame(marker) && body.length >= 5)
      return { width: body.readUInt16BE(3), height: body.readUInt16BE(1) };
  return undefined;
}
