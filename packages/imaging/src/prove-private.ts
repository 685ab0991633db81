import type { OutputFormat } from "@image-pipeline/schema/manifest";
import { outputFormat } from "./formats/formats.ts";
import { findPackets } from "./rights/find-packets.ts";
import { type Rights, toXmp } from "./rights/xmp.ts";

/** A rendition with a part that no picture needs: a bug. The image fails and is not published. */
export class PrivacyError extends Error {
  override readonly name = "PrivacyError";
}

/**
 * Reads an output's container again and proves that it contains the picture and nothing else: no EXIF, XMP, IPTC, comment,
 * and no bytes after the end.
 *
 * @param keepsProfile true if the file has a colour profile on purpose
 * @param kept the rights that it has on purpose: then it contains exactly one packet with exactly these
 * @throws {PrivacyError} naming the part that no picture needs
 */
export function provePrivate(
  file: Buffer,
  format: OutputFormat,
  { keepsProfile, kept }: { keepsProfile: boolean; kept?: Rights | undefined },
): void {
  const { parts, needed, profile, rights } = outputFormat(format).container;
  let packets = 0;
  for (const part of parts(file)) {
    if (kept && part === rights && ++packets === 1) continue;
    if (needed.includes(part) || (keepsProfile && profile.includes(part))) continue;
    throw new PrivacyError(
      `privacy: the ${format} rendition holds "${part}", which no picture needs; it is not published`,
    );
  }
  if (kept && !findPackets(file, format).xmp?.equals(Buffer.from(toXmp(kept))))
    throw new PrivacyError(
      `privacy: the ${format} rendition holds other metadata than the copyright that it keeps; it is not published`,
    );
}
