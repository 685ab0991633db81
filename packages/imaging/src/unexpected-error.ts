import type { Facts } from "@image-pipeline/schema/manifest";
import { corruptImage, detailOf, ImageRejection } from "./image-rejection.ts";
import { ConfigFileError } from "./options/config-file.ts";
import { PrivacyError } from "./prove-private.ts";

const OUT_OF_MEMORY = /out of memory|cannot allocate|unable to allocate|allocation failed|bad_alloc|ENOMEM/i;
/** Words of decoders about a feature; "unsupported image format" is libvips' answer to bytes that no decoder recognises. */
const NOT_SUPPORTED = /unsupported(?! image format)|not supported|not implemented|not configured/i;

/**
 * Returns true for an error that another attempt, or a new release, can answer, and no other picture: the machine has no memory
 * or files left, a module, a logo or a font is missing, or a rendition is not private.
 */
export function isOurs(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isOfSystem =
    "syscall" in error || ("code" in error && String(error.code).endsWith("MODULE_NOT_FOUND"));
  return (
    error instanceof PrivacyError ||
    error instanceof ConfigFileError ||
    isOfSystem ||
    OUT_OF_MEMORY.test(error.message)
  );
}

/**
 * Returns the rejection of a picture that its decoder refused: `UNSUPPORTED_FORMAT` if the decoder names something that it does
 * not support, `CORRUPT_IMAGE` otherwise.
 *
 * @param problem a clause that follows the format's name
 * @throws the error itself if it is ours (`isOurs`)
 */
export function decodingRejection(error: unknown, format: Facts["format"], problem: string): ImageRejection {
  if (error instanceof ImageRejection) return error;
  if (isOurs(error)) throw error;
  const detail = detailOf(error);
  return NOT_SUPPORTED.test(detail)
    ? notSupported(format, detail, { cause: error })
    : corruptImage(format, problem, error);
}

/**
 * Returns the rejection of a picture whose processing ended in an error that no check foresaw. Another attempt would end in the
 * same way, so the message is not retried; the rejection is marked, so that it is counted and looked into.
 *
 * @throws the error itself if it is ours (`isOurs`)
 */
export function toRejection(error: unknown, format: Facts["format"]): ImageRejection {
  if (error instanceof ImageRejection) return error;
  if (isOurs(error)) throw error;
  const detail = detailOf(error);
  const more = { cause: error, isUnexpected: true };
  if (NOT_SUPPORTED.test(detail)) return notSupported(format, detail, more);
  return new ImageRejection(
    "CORRUPT_IMAGE",
    `The ${format} picture cannot be processed (${detail}). Export it again from its original, then upload it.`,
    more,
  );
}

function notSupported(
  format: Facts["format"],
  detail: string,
  more: { cause: unknown; isUnexpected?: boolean },
): ImageRejection {
  return new ImageRejection(
    "UNSUPPORTED_FORMAT",
    `The ${format} picture has a feature that is not supported (${detail}). Export it in a simpler form, then upload it.`,
    more,
  );
}
