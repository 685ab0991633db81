import sharp from "sharp";
import { FORMATS, INPUT_FORMATS } from "./formats/formats.ts";

/** Earlier releases have known overflows in their decoders: CVE-2026-33327, CVE-2026-69242, CVE-2026-70652, CVE-2026-70654. */
const OLDEST_SAFE_LIBVIPS = "8.18.3";

/** Revision of this package's pixels: raise it when renditions change, or other pictures are accepted, for equal settings. */
const REVISION = "2";

/** Versions that decide the pixels, and so are part of the recipe's hash. */
export const ENGINE = {
  sharp: sharp.versions.sharp,
  libvips: assertSafe(sharp.versions.vips),
  revision: REVISION,
} as const;

// Each picture is decoded once: a cache would only take memory. Several pictures at the same time use the cores better
// than several threads for one picture.
sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: INPUT_FORMATS.map((format) => FORMATS[format].decoder.operation) });

export { sharp };

/** @throws {Error} for a libvips older than the first release without the known overflows */
export function assertSafe(libvips: string): string {
  const order = libvips.localeCompare(OLDEST_SAFE_LIBVIPS, "en", { numeric: true });
  if (order >= 0) return libvips;
  throw new Error(`libvips ${libvips} is unsafe: ${OLDEST_SAFE_LIBVIPS} or newer is needed; update sharp`);
}
