import type { Header } from "./read-header.ts";

/**
 * What libvips holds while it streams a picture through the first resize, in lines of it: measured on PNG and TIFF of
 * 8,000 to 100,000 pixels a side, at 8 and 16 bits. A low picture needs less than the whole of that.
 */
const STREAMED_LINES = 800;
const STREAMED_COPIES = 10;

/** Bytes a pixel of AVIF takes to decode, always as a whole: measured at 12 to 50 megapixels. */
const AVIF_BYTES = { upTo8Bits: 18, over8Bits: 25 };
/** A GIF's frame and the one before it, in RGBA. */
const GIF_BYTES = 6;
/** What an interlaced PNG takes above its pixels. */
const INTERLACED_PNG_FACTOR = 1.25;
/** A JPEG of several scans is held as coefficients of two bytes, as many a pixel as its chroma subsampling leaves. */
const COEFFICIENT_BYTES = 2;
const SAMPLES_PER_PIXEL: Record<string, number> = { "4:2:0": 1.5, "4:2:2": 2, "4:4:4": 3 };

/** An estimate of the most memory that decoding this picture takes, in bytes, from its header alone. */
export function decodeMemoryBytes(header: Header): number {
  const { width, height, stored, channels, bitDepth = 8 } = header;
  const sampleBytes = Math.ceil(bitDepth / 8) * channels;
  const lines = Math.min(STREAMED_LINES, STREAMED_COPIES * stored.height);
  const streamed = stored.width * sampleBytes * lines;
  return Math.round(streamed + width * height * heldBytes(header, sampleBytes));
}

/** The bytes for each pixel that a decoder keeps until the end, beyond the lines that it is at. */
function heldBytes(
  { format, channels, bitDepth = 8, isInterlaced, chromaSubsampling }: Header,
  pixelBytes: number,
): number {
  switch (format) {
    case "avif":
      return bitDepth > 8 ? AVIF_BYTES.over8Bits : AVIF_BYTES.upTo8Bits;
    case "gif":
      return GIF_BYTES;
    case "png":
      return isInterlaced ? pixelBytes * INTERLACED_PNG_FACTOR : 0;
    case "jpeg":
      return isInterlaced ? COEFFICIENT_BYTES * (SAMPLES_PER_PIXEL[chromaSubsampling ?? ""] ?? channels) : 0;
    default:
      return 0;
  }
}
