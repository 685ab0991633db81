import type { Limits } from "@image-pipeline/schema/config";
import type { Metadata } from "sharp";
import { sharp } from "./engine.ts";
import { inputFormat } from "./formats/formats.ts";
import type { Header } from "./header.ts";
import { readIccProfile } from "./icc-profile.ts";
import { unsupported } from "./sniff-format.ts";
import { decodingRejection } from "./unexpected-error.ts";

const MAX_DELAY_OR_LOOP = 65_535;
const BIT_DEPTHS: Record<string, number> = {
  uchar: 8,
  char: 8,
  ushort: 16,
  short: 16,
  uint: 32,
  int: 32,
  float: 32,
  double: 64,
};

/**
 * Reads the header of a file in an accepted format.
 *
 * @throws {ImageRejection} `UNSUPPORTED_FORMAT`, `CORRUPT_IMAGE`
 */
export async function readHeader(
  source: Uint8Array,
  format: Header["format"],
  limits: Limits,
): Promise<Header> {
  const own = inputFormat(format).readHeader?.(source, limits);
  if (own) return own;
  const metadata = await readMetadata(source, format);
  if (!inputFormat(format).isDetected?.(metadata)) throw unsupported(undefined);
  const { autoOrient, pages = 1, exif, icc, loop = 0, delay, orientation = 1, hasAlpha, space } = metadata;
  const isGrey = space === "b-w" || space === "grey16";
  const colours = inputFormat(format).colours?.(source, { icc, isGrey }) ?? { icc };
  return {
    format,
    stored: { width: metadata.width, height: metadata.height },
    width: autoOrient.width,
    height: autoOrient.height,
    pages,
    hasAlpha,
    space,
    bitDepth: metadata.bitsPerSample ?? BIT_DEPTHS[metadata.depth],
    channels: metadata.channels,
    isInterlaced: metadata.isProgressive,
    chromaSubsampling: metadata.chromaSubsampling,
    compression: metadata.compression,
    profile: readIccProfile(colours.icc),
    hdr: colours.hdr,
    fourthChannel: inputFormat(format).fourthChannel?.(source),
    exif,
    orientation,
    animation: pages > 1 && delay ? toAnimation(delay, loop) : undefined,
  };
}

async function readMetadata(source: Uint8Array, format: Header["format"]): Promise<Metadata> {
  try {
    return await sharp(source, {
      failOn: inputFormat(format).failOn?.({}) ?? "warning",
      limitInputPixels: false,
    }).metadata();
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes("channel limit")) {
      throw unsupported(`A ${format} picture with more than 5 channels`);
    }
    throw decodingRejection(cause, format, "has a header that cannot be read");
  }
}

/** Limits delays and loops to the encoders' range; a GIF can declare ten times as much, which is eleven minutes a frame. */
function toAnimation(delays: readonly number[], loop: number): Header["animation"] {
  const clip = (value: number) => Math.min(MAX_DELAY_OR_LOOP, Math.max(0, value));
  return { delays: delays.map(clip), loop: clip(loop) };
}
