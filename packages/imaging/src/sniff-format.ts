import type { Facts } from "@image-pipeline/schema/manifest";
import { INPUT_FORMATS, inputFormat } from "./formats/formats.ts";
import { ImageRejection } from "./image-rejection.ts";
import { refusedName } from "./refused-formats.ts";

type Format = Facts["format"];

/** The accepted formats in a sentence. */
export const FORMAT_NAMES = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(
  Object.values(INPUT_FORMATS).map(({ name }) => name),
);
/** A text format may have its first tag this far into the file, after a byte-order mark, comments and a DOCTYPE. */
const HEAD_BYTES = 4096;

/**
 * Returns the format of a file by its bytes, regardless of its name. It is one of the accepted formats; no decoder has read the
 * file yet.
 *
 * @throws {ImageRejection} `UNSUPPORTED_FORMAT`, with the format's name if it is known
 */
export function sniffFormat(source: Uint8Array): Format {
  const head = Buffer.from(source.buffer, source.byteOffset, Math.min(source.length, HEAD_BYTES)).toString(
    "latin1",
  );
  const format = Object.keys(INPUT_FORMATS)
    .filter(isFormat)
    .find((name) => inputFormat(name).matches(head));
  const refused = refusedName(head) ?? (format && inputFormat(format).refusedKind?.(source));
  if (format && !refused) return format;
  throw unsupported(refused);
}

/** Returns the rejection of a format, by its name if it has one. */
export function unsupported(name: string | undefined): ImageRejection {
  const problem = name === undefined ? "The bytes are not a known picture format" : `${name} is not accepted`;
  return new ImageRejection(
    "UNSUPPORTED_FORMAT",
    `${problem}. Convert the file to ${FORMAT_NAMES}, then upload it again.`,
  );
}

function isFormat(name: string): name is Format {
  return name in INPUT_FORMATS;
}
