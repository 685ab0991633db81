import type { Header } from "../header.ts";
import { readHeicPicture } from "../heic/heic-picture.ts";
import { turnedSize } from "../heic/transforms.ts";
import { readIccProfile } from "../icc-profile.ts";
import { area } from "../size.ts";
import { coloursOf, type StoredColours } from "../stored-colours.ts";
import type { InputFormat } from "./format.ts";
import { hasHeifGainMap } from "./heif-colours.ts";
import { heifFormat } from "./iso-brands.ts";

/**
 * Memory that the decoder was measured to hold: for each pixel of a tile, at 8 bits; for each pixel of the whole picture, beside its
 * samples, when it is converted and turned, and more if it has alpha; and for its own code.
 */
const HELD_BYTES = { tile: 6, picture: 3.5, alpha: 4, decoder: 40_000_000 };
/** Samples of each pixel, by the chroma format of the stream (ITU-T H.265, 6.2). */
const CHROMA = [
  { name: "4:0:0", samples: 1 },
  { name: "4:2:0", samples: 1.5 },
  { name: "4:2:2", samples: 2 },
  { name: "4:4:4", samples: 3 },
];

/** Pictures in HEVC, which phones take. libvips is built without it: `decode-heic.ts` decodes them. */
export const heic: InputFormat = {
  name: "HEIC",
  matches: (head, file) => heifFormat(head, file) === "heic",
  // `readHeicPicture` bounds what is decoded; a phone's picture of 48 megapixels has 100 with its tiles and gain map.
  prepare: (file) => file,
  readHeader: readHeicHeader,
  hasGainMap: hasHeifGainMap,
  heldBytesPerPixel({ width, height, tilePixels = width * height, bitDepth = 8, ...header }) {
    const bytes = Math.ceil(bitDepth / 8);
    const { samples = 3 } = CHROMA.find(({ name }) => name === header.chromaSubsampling) ?? {};
    const alpha = header.hasAlpha ? HELD_BYTES.alpha + bytes : 0;
    const whole = HELD_BYTES.picture + bytes * samples + alpha;
    return whole + (bytes * HELD_BYTES.tile * tilePixels + HELD_BYTES.decoder) / (width * height);
  },
};

function readHeicHeader(file: Uint8Array, limits: Parameters<typeof readHeicPicture>[1]): Header {
  const picture = readHeicPicture(Buffer.from(file.buffer, file.byteOffset, file.byteLength), limits);
  const { stored, config, codes, exif, alpha } = picture;
  const colours: StoredColours = picture.icc || !codes ? { icc: picture.icc } : coloursOf(codes);
  return {
    ...turnedSize(picture.shown, picture.turns),
    format: "heic",
    stored,
    pages: 1,
    hasAlpha: alpha !== undefined,
    space: "srgb",
    bitDepth: config.format.bitDepth,
    channels: alpha ? 4 : 3,
    isInterlaced: false,
    chromaSubsampling: CHROMA[config.format.chroma]?.name,
    compression: "hevc",
    tilePixels: Math.max(...[picture, alpha ?? picture].map((one) => area(one.config.format.coded))),
    profile: readIccProfile(colours.icc),
    hdr: colours.hdr,
    exif,
    orientation: 1,
    animation: undefined,
  };
}
