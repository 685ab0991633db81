import type { InputFormat } from "./format.ts";
import { countPages, fourthChannelOf, toLeanTiff, unreadablePixels } from "./lean-tiff.ts";

const SIGNATURES = ["II*\0", "MM\0*", "II+\0", "MM\0+"];

export const tiff: InputFormat = {
  name: "TIFF",
  matches: (head) => SIGNATURES.some((signature) => head.startsWith(signature)),
  refusedKind: unreadablePixels,
  decoder: "VipsForeignLoadTiffBuffer",
  isDetected: ({ format }) => format === "tiff",
  failOn: ({ compression = "" }) => (WARN_OF_DAMAGE.has(compression) ? "warning" : "error"),
  prepare: toLeanTiff,
  fourthChannel: fourthChannelOf,
  heldBytesPerPixel: ({ fourthChannel, channels }) => (fourthChannel ? HELD_COPIES * channels : 0),
  pages: countPages,
  exif: (file) => file,
};

/** Copies that are held of a picture whose last channel is read on its own: in 8 bits, with and without that channel. */
const HELD_COPIES = 2;

/** Compressions, by libvips' names, whose decoders only warn about damaged data. All others warn about fields, and fail on data. */
const WARN_OF_DAMAGE = new Set(["jpeg", "ccittfax3", "ccittfax4"]);
