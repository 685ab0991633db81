import type { Rendition } from "../src/shapes.ts";

export const BASE = { baseUrl: "https://images.example.com" };

/** A rendition of a picture of 4 by 3, except for the fields given. */
export function aRendition(
  preset: string,
  format: Rendition["format"],
  width: number,
  fields: Partial<Rendition> = {},
): Rendition {
  return {
    preset,
    format,
    key: `renditions/id/tag/${preset}.${format}`,
    contentType: `image/${format}`,
    width,
    height: Math.round((width * 3) / 4),
    pages: 1,
    bytes: 1,
    sha256: "0".repeat(64),
    ...fields,
  };
}

/** The renditions of the shipped presets. */
export const RENDITIONS = [
  ...(["avif", "jpeg"] as const).flatMap((format) => [
    aRendition("thumb", format, 160, { height: 160 }),
    aRendition("large", format, 1280),
    aRendition("small", format, 320),
  ]),
];
