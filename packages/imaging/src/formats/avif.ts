import type { InputSupport, OutputSupport } from "./format-support.ts";
import { isoBrands } from "./iso-brands.ts";

/** The bytes that decoding takes for a pixel, always of the whole picture: measured at 12 to 50 megapixels. */
const HELD_BYTES = { upTo8Bits: 18, over8Bits: 25 };

export const avif: InputSupport & OutputSupport = {
  decoder: {
    name: "AVIF",
    operation: "VipsForeignLoadHeifBuffer",
    metadata: { format: "heif", compression: "av1" },
    matches: (head) => isoBrands(head).some((brand) => brand === "avif" || brand === "avis"),
    heldBytes: ({ bitDepth = 8 }) => (bitDepth > 8 ? HELD_BYTES.over8Bits : HELD_BYTES.upTo8Bits),
  },
  encoder: {
    extension: "avif",
    // sharp's bound for a side; the encoder takes 21 bytes for a pixel.
    maxSide: 16_384,
    maxPixels: 14_000_000,
    hasAlpha: true,
    operations: ["heifsave"],
    container: {
      parts: (file) => boxesOf(file, ""),
      needed: [
        ...["ftyp", "mdat", "free", "meta", "meta/hdlr", "meta/pitm", "meta/iloc", "meta/iref", "meta/idat"],
        ...["meta/iinf", "meta/iinf/infe av01", "meta/iprp", "meta/iprp/ipma", "meta/iprp/ipco"],
        ...["ispe", "pixi", "av1C", "auxC", "colr nclx"].map((property) => `meta/iprp/ipco/${property}`),
      ],
      profile: ["meta/iprp/ipco/colr prof", "meta/iprp/ipco/colr rICC"],
    },
  },
};

/** Boxes that contain boxes, each with the bytes before the first of those: version and flags, and often a count. */
const CONTAINERS: Record<string, number> = { meta: 4, iinf: 6, iprp: 0, ipco: 0 };

/** Names the boxes of an AVIF in their order, nested ones by their path (ISO/IEC 14496-12, 23008-12). */
function* boxesOf(file: Buffer, path: string): Generator<string> {
  let at = 0;
  while (at + 8 <= file.length) {
    const length = file.readUInt32BE(at) || file.length - at;
    const name = path + file.toString("latin1", at + 4, at + 8);
    const body = file.subarray(at + 8, at + length);
    yield name + detailOf(name, body);
    const before = CONTAINERS[name.slice(path.length)];
    if (before !== undefined) yield* boxesOf(body.subarray(before), `${name}/`);
    if (length < 8) return yield "stray bytes";
    at += length;
  }
  if (at !== file.length) yield "cut short";
}

/** Returns the type of an item or of a colour description, which separate metadata from the picture. */
function detailOf(name: string, body: Buffer): string {
  if (name.endsWith("/infe")) return ` ${body.toString("latin1", 8, 12)}`;
  if (name.endsWith("/colr")) return ` ${body.toString("latin1", 0, 4)}`;
  return "";
}
