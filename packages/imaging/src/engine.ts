import sharp from "sharp";
import type { InputFormat } from "./formats/format.ts";
import { INPUT_FORMATS } from "./formats/formats.ts";

/** Earlier releases have known overflows in their decoders: CVE-2026-33327, CVE-2026-69242, CVE-2026-70652, CVE-2026-70654. */
const OLDEST_SAFE_LIBVIPS = "8.18.3";

/** One decoder for each accepted format that libvips decodes, from memory only; libvips itself refuses all others. */
const DECODERS = Object.values<InputFormat>(INPUT_FORMATS).flatMap(({ decoder }) => decoder ?? []);

/** Must be raised when this package makes other pixels, or accepts other pictures, than before. */
const REVISION = "4";

/** The versions that decide the pixels, and so belong to the recipe. */
export const ENGINE = {
  sharp: sharp.versions.sharp,
  libvips: assertSafe(sharp.versions.vips),
  revision: REVISION,
} as const;

// Every picture is read once: the cache would only use memory. Several pictures at once use the cores better than several
// threads for one picture.
sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: DECODERS });

export { sharp };

/** @throws {Error} when this libvips is older than the first release without the known holes */
export function assertSafe(libvips: string): string {
  const order = libvips.localeCompare(OLDEST_SAFE_LIBVIPS, "en", { numeric: true });
  if (order >= 0) return libvips;
  throw new Error(`libvips ${libvips} is unsafe: ${OLDEST_SAFE_LIBVIPS} or newer is needed; update sharp`);
}
