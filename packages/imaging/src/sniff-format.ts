import type { InputFormat } from "./formats/format-support.ts";
import { FORMATS, INPUT_FORMATS } from "./formats/formats.ts";
import { ImageRejection } from "./image-rejection.ts";
import { refusedName } from "./refused-formats.ts";

/** Bytes that are searched: a text format can begin with a byte-order mark, comments and a DOCTYPE. */
const HEAD_BYTES = 4096;
const LIST = new Intl.ListFormat("en-GB", { type: "disjunction" });
const ACCEPTED = LIST.format(INPUT_FORMATS.map((format) => FORMATS[format].decoder.name));

/**
 * Returns the format of a file by its bytes, if it is on the allow-list. It runs before any decoder.
 *
 * @throws {ImageRejection} `UNSUPPORTED_FORMAT`, with the format's name if it is known
 */
export function sniffFormat(source: Uint8Array): InputFormat {
  const headBytes = Math.min(source.length, HEAD_BYTES);
  const head = Buffer.from(source.buffer, source.byteOffset, headBytes).toString("latin1");
  const format = INPUT_FORMATS.find((one) => FORMATS[one].decoder.matches(head));
  const refused = refusedName(head) ?? (format && FORMATS[format].decoder.refusedVariant?.(source));
  if (format && !refused) return format;
  throw unsupported(refused);
}

/** Returns the rejection of a file for its format. */
export function unsupported(name: string | undefined): ImageRejection {
  const fault =
    name === undefined ? "The bytes are not in a known picture format" : `${name} is not accepted`;
  return new ImageRejection(
    "UNSUPPORTED_FORMAT",
    `${fault}. Convert the file to ${ACCEPTED}, then upload it again.`,
  );
}
