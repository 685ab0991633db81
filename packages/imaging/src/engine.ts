import sharp from "sharp";
import { ENGINE } from "./engine-versions.ts";
import type { InputFormat } from "./formats/format.ts";
import { INPUT_FORMATS } from "./formats/formats.ts";

/** Earlier releases have known overflows in their decoders: CVE-2026-33327, CVE-2026-69242, CVE-2026-70652, CVE-2026-70654. */
const OLDEST_SAFE_LIBVIPS = "8.18.3";

/** One decoder for each accepted format that libvips decodes, from memory only; libvips itself refuses all others. */
const DECODERS = Object.values<InputFormat>(INPUT_FORMATS).flatMap(({ decoder }) => decoder ?? []);

assertSafe(sharp.versions.vips);
assertNamed({ sharp: sharp.versions.sharp, libvips: sharp.versions.vips });

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

/** @throws {Error} when other versions are installed than the recipe's hash contains */
export function assertNamed(installed: { sharp: string; libvips: string }): void {
  const { sharp, libvips } = installed;
  if (sharp === ENGINE.sharp && libvips === ENGINE.libvips) return;
  throw new Error(
    `sharp ${sharp} with libvips ${libvips} is installed, but packages/imaging/src/engine-versions.ts names ${ENGINE.sharp} and ${ENGINE.libvips}: change them there`,
  );
}
