import type { OutputFormat } from "@image-pipeline/schema/manifest";
import { outputFormat } from "./formats/formats.ts";

/** A rendition with a part that no picture needs: a bug. The image fails and is not published. */
export class PrivacyError extends Error {
  override readonly name = "PrivacyError";
}

/**
 * Reads an output's container again and proves that it contains the picture and nothing else: no EXIF, XMP, IPTC, comment,
 * and no bytes after the end.
 *
 * @param keepsProfile true if the file has a colour profile on purpose
 * @throws {PrivacyError} naming the part that no picture needs
 */
export function provePrivate(
  file: Buffer,
  format: OutputFormat,
  { keepsProfile }: { keepsProfile: boolean },
): void {
  const { parts, needed, profile } = outputFormat(format).container;
  for (const part of parts(file)) {
    if (needed.includes(part) || (keepsProfile && profile.includes(part))) continue;
    throw new PrivacyError(
      `privacy: the ${format} rendition holds "${part}", which no picture needs; it is not published`,
    );
  }
}
