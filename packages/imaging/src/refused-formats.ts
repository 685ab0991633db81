/** Formats that people upload, so that the refusal can name them: a text at an offset, as Latin-1. */
const SIGNATURES: readonly (readonly [name: string, text: string, offset?: number])[] = [
  ["PDF", "%PDF-"],
  ["JPEG 2000", "\0\0\0\x0cjP  \r\n\x87\n"],
  ["JPEG 2000", "\xff\x4f\xff\x51"],
  ["JPEG XL", "\xff\x0a"],
  ["JPEG XL", "\0\0\0\x0cJXL \r\n\x87\n"],
  ["BMP", "BM"],
  ["ICO", "\0\0\x01\0"],
  ["Photoshop", "8BPS"],
  ["OpenEXR", "v/1\x01"],
  ["Panasonic raw", "IIU\0"],
  ["Olympus raw", "IIRO"],
  ["Fujifilm raw", "FUJIFILMCCD-RAW"],
  ['a HEIF file of the kind "mif3"', "ftypmif3", 4],
  ["QuickTime video", "ftypqt  ", 4],
  ["MP4 video", "ftypiso", 4],
  ["MP4 video", "ftypmp4", 4],
  ["a compressed SVG (.svgz) or other gzip file", "\x1f\x8b"],
  ["a ZIP archive", "PK\x03\x04"],
];

/**
 * Returns the name of a format that is refused, or undefined for one that is accepted or unknown.
 *
 * @param head a file's first bytes, as Latin-1
 */
export function refusedName(head: string): string | undefined {
  const text = head
    .replace(/^\xef\xbb\xbf/, "")
    .trimStart()
    .toLowerCase();
  if (text.startsWith("<!doctype html") || text.startsWith("<html")) return "an HTML page";
  return SIGNATURES.find(([, signature, offset = 0]) => head.startsWith(signature, offset))?.[0];
}
