import { checkHeifItems } from "../bounds/heif-items.ts";
import type { Header } from "../header.ts";
import { displayedSize, readHeicPicture } from "../heic/heic-picture.ts";
import { readIccProfile } from "../icc-profile.ts";
import { coloursOf, type StoredColours } from "../stored-colours.ts";
import type { InputFormat } from "./format.ts";
import { hasHeifGainMap } from "./heif-colours.ts";
import { heifFormat } from "./iso-brands.ts";

/**
 * Memory that the decoder was measured to hold: for each pixel of a tile, at 8 bits; for each pixel of the whole picture, which is
 * turned into a second copy; and for its own code.
 */
const HELD_BYTES = { tile: 6, picture: 5, decoder: 40_000_000 };

/** Pictures in HEVC, which phones take. libvips is built without it: `decode-heic.ts` decodes them. */
export const heic: InputFormat = {
  name: "HEIC",
  matches: (head, file) => heifFormat(head, file) === "heic",
  prepare(file, limits) {
    checkHeifItems(file, limits);
    return file;
  },
  readHeader: readHeicHeader,
  hasGainMap: hasHeifGainMap,
  heldBytesPerPixel({ width, height, tilePixels = width * height, bitDepth = 8 }) {
    const tile = HELD_BYTES.tile * Math.ceil(bitDepth / 8) * tilePixels;
    return HELD_BYTES.picture + (tile + HELD_BYTES.decoder) / (width * height);
  },
};

function readHeicHeader(file: Uint8Array, limits: Parameters<typeof readHeicPicture>[1]): Header {
  const picture = readHeicPicture(Buffer.from(file.buffer, file.byteOffset, file.byteLength), limits);
  const { stored, config, codes, exif, tile } = picture;
  const colours: StoredColours = picture.icc || !codes ? { icc: picture.icc } : coloursOf(codes);
  return {
    ...displayedSize(picture),
    format: "heic",
    stored,
    pages: 1,
    hasAlpha: false,
    space: "srgb",
    bitDepth: config.format.bitDepth,
    channels: 3,
    isInterlaced: false,
    chromaSubsampling: undefined,
    compression: "hevc",
    tilePixels: tile.width * tile.height,
    profile: readIccProfile(colours.icc),
    hdr: colours.hdr,
    exif,
    orientation: 1,
    animation: undefined,
  };
}
