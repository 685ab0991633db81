import type { OutputFormat } from "@image-pipeline/schema";
import { outputFormat } from "./formats/formats.ts";

/**
 * Reads an output's container again and proves that it contains the picture and nothing else: no EXIF, XMP, IPTC, comment,
 * and no bytes after the end.
 *
 * @param keepsProfile whether a colour profile is intended
 * @throws {Error} naming the part that is not needed: a bug, for which the image must fail and not be published
 */
export function provePrivate(
  file: Buffer,
  format: OutputFormat,
  { keepsProfile }: { keepsProfile: boolean },
): void {
  const { parts, needed, profile } = outputFormat(format).container;
  for (const part of parts(file)) {
    if (needed.includes(part) || (keepsProfile && profile.includes(part))) continue;
    throw new Error(
      `privacy: the ${format} rendition holds "${part}", which no picture needs; it is not published`,
    );
  }
}
