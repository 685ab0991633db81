import { imageUrl } from "./addresses.ts";
import type { Rendition } from "./shapes.ts";

/**
 * The part of a manifest that a picture is made of. Every manifest has it, also one with a status that this version of the
 * package does not know.
 */
export interface Showable {
  status: string;
  renditions?: readonly PictureRendition[];
}
/** The fields of a rendition that matter for a picture. A format may be newer than this package. */
type PictureRendition = Pick<Rendition, "preset" | "key" | "contentType" | "width" | "height" | "pages"> & {
  format: string;
};

export interface PictureOptions {
  /** The address before a rendition's key: the delivery stack's `delivery_url`, or your own CDN's. */
  baseUrl: string;
  /** The `sizes` attribute: the width at which the picture is shown, such as `(min-width: 60em) 50vw, 100vw`. */
  sizes?: string;
  /** The presets to choose from (default: all with the proportions of the largest, so no square thumbnail among them). */
  presets?: readonly string[];
  /** Signs each address, for private pictures: `(url) => signUrl({ url, keyPairId, privateKey })` on a server (default: none is signed). */
  sign?: (url: string) => string;
}

/** The attributes of a `<source>`. */
export interface PictureSource {
  type: string;
  srcset: string;
  sizes?: string;
}

/** The attributes of the `<img>`. Width and height give the proportions, so that the page does not move when it loads. */
export interface PictureImage {
  src: string;
  width: number;
  height: number;
}

export interface PictureData {
  sources: PictureSource[];
  img: PictureImage;
}

/** Formats from the smallest files to those that every browser shows. The last one is for `<img>`; unknown formats come first. */
const ORDER = ["avif", "webp", "png", "gif", "jpeg"];
/** Two sizes of the same picture differ by rounding: less than a pixel of the smaller. */
const ROUNDING_PIXELS = 1;

/**
 * Returns the data of a `<picture>`: a source for each format, the smallest files first, and the image for browsers that know
 * none of them.
 *
 * @returns null if there is nothing to show: the image was rejected or deleted, or none of the presets has a rendition
 */
export function picture(manifest: Showable, options: PictureOptions): PictureData | null {
  const renditions = toChosen(manifest.renditions ?? [], options.presets);
  const sorted = renditions.toSorted((a, b) => rankOf(a) - rankOf(b) || a.width - b.width);
  const formats = [...new Set(sorted.map(({ contentType }) => contentType))].map((type) => ({
    type,
    all: sorted.filter(({ contentType }) => contentType === type),
  }));
  const largest = formats.at(-1)?.all.at(-1);
  if (!largest) return null;
  return {
    sources: formats.map(({ type, all }) => ({
      type,
      srcset: toSrcset(all, options),
      ...(options.sizes !== undefined && { sizes: options.sizes }),
    })),
    img: { src: toAddress(largest, options), width: largest.width, height: largest.height },
  };
}

/** A format that moves is preferred to a still: otherwise no browser would show the animation. */
function toChosen(renditions: readonly PictureRendition[], presets: readonly string[] | undefined) {
  const wanted = presets
    ? renditions.filter(({ preset }) => presets.includes(preset))
    : withProportionsOf(widest(renditions), renditions);
  const moving = wanted.filter(({ pages }) => pages > 1);
  return moving.length > 0 ? moving : wanted;
}

function widest(renditions: readonly PictureRendition[]): PictureRendition | undefined {
  return renditions.toSorted((a, b) => b.width * b.height - a.width * a.height)[0];
}

function withProportionsOf(model: PictureRendition | undefined, renditions: readonly PictureRendition[]) {
  if (!model) return [];
  return renditions.filter(
    ({ width, height }) =>
      Math.abs((width * model.height) / model.width - height) <= ROUNDING_PIXELS ||
      Math.abs((height * model.width) / model.height - width) <= ROUNDING_PIXELS,
  );
}

function rankOf({ format }: PictureRendition): number {
  return ORDER.indexOf(format);
}

/** A picture is never enlarged, so several presets of a small one have the same width: one of them is enough. */
function toSrcset(sorted: readonly PictureRendition[], options: PictureOptions): string {
  const byWidth = new Map(sorted.map((rendition) => [rendition.width, rendition]));
  return [...byWidth.values()]
    .map((rendition) => `${toAddress(rendition, options)} ${rendition.width}w`)
    .join(", ");
}

function toAddress(rendition: PictureRendition, { baseUrl, sign = (url) => url }: PictureOptions): string {
  return sign(imageUrl(rendition, { baseUrl }));
}
