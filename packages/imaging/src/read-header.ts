import type { Facts } from "@image-pipeline/schema";
import type { Metadata } from "sharp";
import { corruptImage } from "./corrupt-image.ts";
import { sharp } from "./engine.ts";
import { type IccProfile, readIccProfile } from "./icc-profile.ts";
import type { Size } from "./size.ts";
import { unsupported } from "./sniff-format.ts";

/** What a file's header declares; nothing is decoded yet. The size is of one frame, as displayed, after orientation. */
export interface Header extends Size {
  /** Before orientation. */
  stored: Size;
  format: Facts["format"];
  pages: number;
  hasAlpha: boolean;
  /** The colour model of the stored pixels, by libvips' name. */
  space: string;
  /** Bits of one channel. */
  bitDepth: number | undefined;
  /** Colours and alpha, as they are decoded. */
  channels: number;
  /** Whether the picture comes in several passes, so that a decoder has to hold it whole. */
  isInterlaced: boolean;
  /** Of a JPEG, such as `4:2:0`. */
  chromaSubsampling: string | undefined;
  profile: IccProfile | undefined;
  exif: Buffer | undefined;
  /** The EXIF orientation, 1 to 8, that is still to be applied. */
  orientation: number;
  /** Only for what plays: delays in milliseconds, one a frame; 0 loops for ever. */
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
export async function readHeader(source: Uint8Array, format: Header["format"]): Promise<Header> {
  const metadata = await readMetadata(source, format);
  if (nameOf(metadata) !== format) throw unsupported(undefined);
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

async function readMetadata(source: Uint8Array, format: Header["format"]): Promise<Metadata> {
  try {
    return await sharp(source, { failOn: "warning", limitInputPixels: false }).metadata();
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes("channel limit")) {
      throw unsupported(`A ${format} picture with more than 5 channels`);
    }
    throw corruptImage(format, "has a header that cannot be read", cause);
  }
}

/** Delays and loops as the encoders take them; a GIF can declare ten times as much, which is eleven minutes a frame. */
function toAnimation(delays: readonly number[], loop: number): Header["animation"] {
  const clip = (value: number) => Math.min(MAX_DELAY_OR_LOOP, Math.max(0, value));
  return { delays: delays.map(clip), loop: clip(loop) };
}

/** The decoder's own opinion of the format: where it is another, the file is two things at once. */
function nameOf({ format, compression }: Metadata): string {
  return format === "heif" && compression === "av1" ? "avif" : format;
}
