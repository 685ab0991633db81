import type { Size } from "../size.ts";
import type { Attribute } from "./xml-tokens.ts";

/** CSS pixels of each unit (CSS Values 4, 5.2 and 6.1); a font's are those of the initial size, 16 pixels. */
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  px: 1,
  in: 96,
  cm: 96 / 2.54,
  mm: 9.6 / 2.54,
  q: 2.4 / 2.54,
  pt: 96 / 72,
  pc: 16,
  em: 16,
  rem: 16,
  ex: 8,
};
const LENGTH = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-z]*)$/i;
/** Longer texts are no lengths. */
const MAX_CHARACTERS = 32;
/** The size of a replaced element of which nothing is known (CSS Images 3, 4.2). */
const DEFAULT = { width: 300, height: 150 };

/** Returns the box of an `svg` element's `viewBox`, in its own units: the offsets, the width and the height. */
export function viewBoxOf(attributes: readonly Attribute[]): (Size & { x: number; y: number }) | undefined {
  const [x, y, width, height, ...others] = (attributeOf(attributes, "viewBox") ?? "")
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  if (x === undefined || y === undefined || width === undefined || height === undefined || others.length > 0)
    return undefined;
  return [x, y, width, height].every(Number.isFinite) && width > 0 && height > 0
    ? { x, y, width, height }
    : undefined;
}

/**
 * Returns the natural size of an SVG in CSS pixels, as a browser gives it to an `img` (CSS Images 3, 4.3): `width` and `height`
 * if they are lengths (a style does not count); a missing one by the `viewBox`'s shape; if both are missing, the largest of that shape within 300 x 150.
 */
export function naturalSize(attributes: readonly Attribute[]): Size {
  const [width, height] = [
    toPixels(attributeOf(attributes, "width")),
    toPixels(attributeOf(attributes, "height")),
  ];
  if (width !== undefined && height !== undefined) return { width, height };
  const box = viewBoxOf(attributes);
  if (!box) return { width: width ?? DEFAULT.width, height: height ?? DEFAULT.height };
  if (width !== undefined) return { width, height: (width * box.height) / box.width };
  if (height !== undefined) return { width: (height * box.width) / box.height, height };
  const scale = Math.min(DEFAULT.width / box.width, DEFAULT.height / box.height);
  return { width: box.width * scale, height: box.height * scale };
}

/** Returns a length in CSS pixels. A percentage, which no file can resolve, is none. */
function toPixels(text = ""): number | undefined {
  const length = text.trim();
  if (length.length > MAX_CHARACTERS) return undefined;
  const [, number, unit = ""] = LENGTH.exec(length) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  const pixels = Number(number) * (factor ?? Number.NaN);
  return Number.isFinite(pixels) && pixels >= 0 ? pixels : undefined;
}

function attributeOf(attributes: readonly Attribute[], name: string): string | undefined {
  return attributes.find((attribute) => attribute.name === name)?.value;
}
