import type { Metadata } from "sharp";
import { sharp } from "./engine.ts";
import type { InputFormat } from "./formats/format-support.ts";
import { FORMATS } from "./formats/formats.ts";
import { type IccProfile, readIccProfile } from "./icc-profile.ts";
import { corruptImage } from "./image-rejection.ts";
import type { Size } from "./size.ts";
import { unsupported } from "./sniff-format.ts";

/** Header of a picture; nothing is decoded yet. The size is of one frame, as displayed, after orientation. */
export interface Header extends Size {
  /** The size before orientation. */
  stored: Size;
  format: InputFormat;
  pages: number;
  hasAlpha: boolean;
  /** The colour model of the stored pixels, by libvips' name. */
  space: string;
  /** Bits of one channel. */
  bitDepth: number | undefined;
  /** Decoded channels, colours and alpha. */
  channels: number;
  /** True if the picture has several passes, so that its decoder keeps all of it in memory. */
  isInterlaced: boolean;
  /** The chroma subsampling of a JPEG, such as `4:2:0`. */
  chromaSubsampling: string | undefined;
  profile: IccProfile | undefined;
  exif: Buffer | undefined;
  /** The EXIF orientation, 1 to 8, that is not yet applied. */
  orientation: number;
  /** Set for an animation: delays in milliseconds, one a frame; a loop of 0 repeats forever. */
  animation: { delays: number[]; loop: number } | undefined;
}

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
 * Reads the header of a file of the allow-list.
 *
 * @throws {ImageRejection} `UNSUPPORTED_FORMAT`, `CORRUPT_IMAGE`
 */
export async function readHeader(source: Uint8Array, format: InputFormat): Promise<Header> {
  const metadata = await readMetadata(source, format);
  const expected = FORMATS[format].decoder.metadata;
  if (metadata.format !== expected.format || metadata.compression !== expected.compression)
    throw unsupported(undefined);
  const { autoOrient, pages = 1, exif, icc, loop = 0, delay, orientation = 1, hasAlpha, space } = metadata;
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
    profile: readIccProfile(icc),
    exif,
    orientation,
    animation: pages > 1 && delay ? toAnimation(delay, loop) : undefined,
  };
}

async function readMetadata(source: Uint8Array, format: InputFormat): Promise<Metadata> {
  try {
    return await sharp(source, { failOn: "warning", limitInputPixels: false }).metadata();
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes("channel limit")) {
      throw unsupported(`A ${format} picture with more than 5 channels`);
    }
    throw corruptImage(format, "has a header that cannot be read", cause);
  }
}

/** Limits delays and loops to the encoders' maximum. A GIF can declare ten times as much: eleven minutes a frame. */
function toAnimation(delays: readonly number[], loop: number): Header["animation"] {
  const clip = (value: number) => Math.min(MAX_DELAY_OR_LOOP, Math.max(0, value));
  return { delays: delays.map(clip), loop: clip(loop) };
}
