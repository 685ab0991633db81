import type { OutputFormat } from "@image-pipeline/schema";
import { avifParts } from "./containers/avif-parts.ts";
import { gifParts } from "./containers/gif-parts.ts";
import { jpegParts } from "./containers/jpeg-parts.ts";
import { pngParts } from "./containers/png-parts.ts";
import { webpParts } from "./containers/webp-parts.ts";

interface Container {
  parts: (file: Buffer) => Iterable<string>;
  /** The parts that a picture needs: nothing else may be in a file. */
  needed: readonly string[];
  /** The parts that carry a colour profile. */
  profile: readonly string[];
}

const CONTAINERS: Record<OutputFormat, Container> = {
  jpeg: {
    parts: jpegParts,
    needed: [
      "JFIF",
      "Adobe",
      ...["db", "c0", "c1", "c2", "c4", "dd", "da"].map((marker) => `marker ${marker}`),
    ],
    profile: ["ICC"],
  },
  png: {
    parts: pngParts,
    needed: ["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "pHYs", "bKGD", "sRGB", "gAMA", "cHRM", "sBIT"],
    profile: ["ICC"],
  },
  webp: { parts: webpParts, needed: ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF"], profile: ["ICC"] },
  gif: { parts: gifParts, needed: ["image", "extension f9", "NETSCAPE2.0"], profile: [] },
  avif: {
    parts: avifParts,
    needed: [
      ...["ftyp", "mdat", "free", "meta", "meta/hdlr", "meta/pitm", "meta/iloc", "meta/iref", "meta/idat"],
      ...["meta/iinf", "meta/iinf/infe av01", "meta/iprp", "meta/iprp/ipma", "meta/iprp/ipco"],
      ...["ispe", "pixi", "av1C", "auxC", "colr nclx"].map((property) => `meta/iprp/ipco/${property}`),
    ],
    profile: ["meta/iprp/ipco/colr prof", "meta/iprp/ipco/colr rICC"],
  },
};

/**
 * Reads an output's container again and proves that it holds the picture and nothing else: no EXIF, XMP, IPTC, comment,
 * and no bytes after the end.
 *
 * @param keepsProfile whether a colour profile is meant to be there
 * @throws {Error} naming the part that is not needed: a bug, for which the image must fail and not be published
 */
export function provePrivate(
  file: Buffer,
  format: OutputFormat,
  { keepsProfile }: { keepsProfile: boolean },
): void {
  const { parts, needed, profile } = CONTAINERS[format];
  for (const part of parts(file)) {
    if (needed.includes(part) || (keepsProfile && profile.includes(part))) continue;
    throw new Error(
      `privacy: the ${format} rendition holds "${part}", which no picture needs; it is not published`,
    );
  }
}
