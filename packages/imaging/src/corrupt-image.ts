import type { Facts } from "@image-pipeline/schema";
import { ImageRejection } from "./image-rejection.ts";

const MAX_DETAIL_CHARACTERS = 160;

/**
 * The rejection of a picture that is damaged, with the details, or the decoder's own words, in brackets.
 *
 * @param what was found to be wrong, as a clause that follows the format's name
 */
export function corruptImage(format: Facts["format"], what: string, cause: unknown): ImageRejection {
  const words = cause instanceof Error ? cause.message : String(cause);
  const detail = words.replaceAll(/\s+/g, " ").trim().slice(0, MAX_DETAIL_CHARACTERS);
  return new ImageRejection(
    "CORRUPT_IMAGE",
    `The ${format} picture ${what} (${detail}). Export it again from its original, then upload it.`,
    { cause },
  );
}
