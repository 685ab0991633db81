import type { Facts } from "@image-pipeline/schema/manifest";
import type { HdrColours } from "./hdr-colours.ts";
import type { IccProfile } from "./icc-profile.ts";
import type { Size } from "./size.ts";

/** Colours multiplied by alpha; no alpha (TIFF 6.0 calls it unspecified); alpha beside CIELAB, which libvips scales like a colour. */
export type FourthChannel = "premultiplied" | "unspecified" | "beside CIELAB";

/** The declarations in a file's header; nothing is decoded yet. The size is of one frame, as displayed, after orientation. */
export interface Header extends Size {
  /** The size before orientation. */
  stored: Size;
  /** Set for a drawing of shapes: its size before it is rounded to pixels. */
  natural?: Size | undefined;
  format: Facts["format"];
  pages: number;
  hasAlpha: boolean;
  /** The colour model of the stored pixels, by libvips' name. */
  space: string;
  /** Bits of one channel. */
  bitDepth: number | undefined;
  /** Colours and alpha, as they are decoded. */
  channels: number;
  /** True if the picture is stored in several passes, so that a decoder has to hold all of it. */
  isInterlaced: boolean;
  /** The chroma subsampling of a JPEG or HEIC, such as `4:2:0`. */
  chromaSubsampling: string | undefined;
  /** The compression of the pixels, by libvips' name, if it names one. */
  compression: string | undefined;
  /** Set for a picture that is decoded tile after tile: the pixels of one. */
  tilePixels?: number;
  profile: IccProfile | undefined;
  /** Set for colours in high dynamic range, which are mapped to sRGB when they are decoded. */
  hdr?: HdrColours | undefined;
  /** Set if the last channel is not straight alpha, as libvips takes it. */
  fourthChannel?: FourthChannel | undefined;
  exif: Buffer | undefined;
  /** The EXIF orientation, 1 to 8, that is not yet applied. */
  orientation: number;
  /** Set for an animation: delays in milliseconds, one for each frame; a loop of 0 repeats forever. */
  animation: { delays: number[]; loop: number } | undefined;
}

/** Returns true if the frames are rendered as an animation. Frames are not rotated, so a rotated animation gets one frame. */
export function isAnimated({ animation, orientation }: Header): boolean {
  return animation !== undefined && orientation === 1;
}
