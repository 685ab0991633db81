import { checkHeifItems } from "../bounds/heif-items.ts";
import type { InputFormat, OutputFormat } from "./format.ts";
import { avifColours, hasHeifGainMap, isPremultiplied } from "./heif-colours.ts";
import { heifFormat, withAvifBrands } from "./iso-brands.ts";
import { withPrimaryItem } from "./primary-item.ts";

/**
 * Bytes for each pixel; the decoder holds the whole picture. Measured at 12 to 50 megapixels. With alpha, turning and encoding
 * overlap with the decoder in some runs: at 12 megapixels 545 MiB were seen, so that the default limits accept 9.
 */
const HELD_BYTES = { upTo8Bits: 18, over8Bits: 25, straightened: 19 };

export const avif: InputFormat = {
  name: "AVIF",
  matches: (head, file) => heifFormat(head, file) === "avif",
  decoder: "VipsForeignLoadHeifBuffer",
  isDetected: ({ format, compression }) => format === "heif" && compression === "av1",
  prepare(file, limits) {
    checkHeifItems(file, limits);
    return withAvifBrands(withPrimaryItem(file));
  },
  colours: avifColours,
  fourthChannel: (file) => (isPremultiplied(file) ? "premultiplied" : undefined),
  hasGainMap: hasHeifGainMap,
  heldBytesPerPixel: ({ bitDepth = 8, fourthChannel }) =>
    (bitDepth > 8 ? HELD_BYTES.over8Bits : HELD_BYTES.upTo8Bits) +
    (fourthChannel ? HELD_BYTES.straightened : 0),
};

export const avifOutput: OutputFormat<"avif"> = {
  extension: "avif",
  maxSide: 16_384, // sharp's bound
  maxPixels: 11_200_000, // 4096 x 2731, at 27 bytes a pixel with alpha and 21 without
  encoders: ["heifsave"],
  encode: (picture, { quality, effort, tune, chromaSubsampling }) =>
    picture.avif({ quality, effort, tune, chromaSubsampling }),
  container: {
    parts: avifParts,
    needed: [
      ...["ftyp", "mdat", "free", "meta", "meta/hdlr", "meta/pitm", "meta/iloc", "meta/iref", "meta/idat"],
      ...["meta/iinf", "meta/iinf/infe av01", "meta/iprp", "meta/iprp/ipma", "meta/iprp/ipco"],
      ...["ispe", "pixi", "av1C", "auxC", "colr nclx"].map((property) => `meta/iprp/ipco/${property}`),
    ],
    profile: ["meta/iprp/ipco/colr prof", "meta/iprp/ipco/colr rICC"],
    rights: "meta/iinf/infe mime",
  },
};

/** Boxes that contain boxes, and the bytes before those: version and flags, or version, flags and a count. */
const OUTER_BOXES: Record<string, number> = { meta: 4, iinf: 6, iprp: 0, ipco: 0 };

/** Names the boxes of an AVIF in their order, nested ones by their path (ISO/IEC 14496-12, 23008-12). */
function* avifParts(file: Buffer): Generator<string> {
  yield* boxesOf(file, "");
}

function* boxesOf(file: Buffer, path: string): Generator<string> {
  let at = 0;
  while (at + 8 <= file.length) {
    const length = file.readUInt32BE(at) || file.length - at;
    const name = path + file.toString("latin1", at + 4, at + 8);
    const body = file.subarray(at + 8, at + length);
    yield name + detailOf(name, body);
    const before = OUTER_BOXES[name.slice(path.length)];
    if (before !== undefined) yield* boxesOf(body.subarray(before), `${name}/`);
    if (length < 8) return yield "stray bytes";
    at += length;
  }
  if (at !== file.length) yield "cut short";
}

/** Returns the type of an item or of a colour description: these two distinguish metadata from the picture. */
function detailOf(name: string, body: Buffer): string {
  if (name.endsWith("/infe")) return ` ${body.toString("latin1", 8, 12)}`;
  if (name.endsWith("/colr")) return ` ${body.toString("latin1", 0, 4)}`;
  return "";
}
