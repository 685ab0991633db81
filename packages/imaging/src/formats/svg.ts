import { type Limits, maxFramePixels } from "@image-pipeline/schema/config";
import { tooManyPixels } from "../bounds/too-many.ts";
import type { Header } from "../header.ts";
import { corruptImage, ImageRejection } from "../image-rejection.ts";
import { area } from "../size.ts";
import { cleanSvg, rootOf } from "../svg/clean-svg.ts";
import { naturalSize } from "../svg/svg-size.ts";
import { isSvg, svgText } from "../svg/svg-text.ts";
import { localName } from "../svg/xml-tokens.ts";
import type { InputFormat } from "./format.ts";

/**
 * The most bytes of a file: the renderer takes up to 20 times as much for its shapes. Drawings have a tenth of it, and files with more
 * are photographs in a wrapper.
 */
const MAX_BYTES = 8 * 1024 * 1024;
/** The longest side in pixels: far beyond `maxFramePixels`, and exact as a number. */
const MAX_SIDE = 1_000_000;
/** Bytes for each pixel: the renderer's canvas, one of a layer, and their copy. */
const HELD_BYTES = 12;

/** Drawings of shapes and texts (SVG 1.1 and 2), which are drawn at the size of the largest rendition. libvips does not read them. */
export const svg: InputFormat = {
  name: "SVG",
  isOffByDefault: true,
  isVector: true,
  matches: isSvg,
  prepare: (file, limits) => Buffer.from(cleaned(file, limits)),
  readHeader: readSvgHeader,
  heldBytesPerPixel: () => HELD_BYTES,
};

function cleaned(file: Uint8Array, limits: Limits): string {
  if (file.length > MAX_BYTES)
    throw new ImageRejection(
      "TOO_MANY_BYTES",
      `The SVG has ${file.length} bytes, more than the ${MAX_BYTES} that are accepted. Export it with fewer points, or as a PNG, then upload it.`,
    );
  try {
    return cleanSvg(svgText(file), limits);
  } catch (error) {
    throw error instanceof ImageRejection ? error : corruptImage("svg", "is damaged or cut short", error);
  }
}

function readSvgHeader(file: Uint8Array, limits: Limits): Header {
  const root = rootOf(new TextDecoder().decode(file));
  if (localName(root.name) !== "svg") throw corruptImage("svg", "has no content", `<${root.name}>`);
  const natural = naturalSize(root.attributes);
  if (Math.max(natural.width, natural.height) > MAX_SIDE)
    throw tooManyPixels(`a side longer than ${MAX_SIDE} pixels`, maxFramePixels(limits, "svg"));
  if (area(natural) === 0) throw corruptImage("svg", "has no area", "width or height is 0");
  const size = {
    width: Math.max(1, Math.round(natural.width)),
    height: Math.max(1, Math.round(natural.height)),
  };
  return {
    ...size,
    format: "svg",
    stored: size,
    natural,
    pages: 1,
    hasAlpha: true,
    space: "srgb",
    bitDepth: 8,
    channels: 4,
    isInterlaced: false,
    chromaSubsampling: undefined,
    compression: undefined,
    profile: undefined,
    exif: undefined,
    orientation: 1,
    animation: undefined,
  };
}
