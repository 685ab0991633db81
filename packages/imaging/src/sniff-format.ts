import type { Facts } from "@image-pipeline/schema/manifest";
import { INPUT_FORMATS, inputFormat } from "./formats/formats.ts";
import { ImageRejection } from "./image-rejection.ts";
import { refusedName } from "./refused-formats.ts";

type Format = Facts["format"];

const LIST = new Intl.ListFormat("en-GB", { type: "disjunction" });
const ALL = Object.keys(INPUT_FORMATS).filter(isFormat);
/** The formats that are on by default. */
const USUAL = ALL.filter((name) => !inputFormat(name).isOffByDefault);
/** The accepted formats in a sentence. */
export const FORMAT_NAMES = namesOf(USUAL);
/** A text format may have its first tag this far into the file, after a byte-order mark, comments and a DOCTYPE. */
const HEAD_BYTES = 4096;

/**
 * Returns the format of a file by its bytes, regardless of its name. It is one of the accepted formats; no decoder has read the
 * file yet.
 *
 * @param inputs the formats that are switched on
 * @throws {ImageRejection} `UNSUPPORTED_FORMAT`, with the format's name if it is known
 */
export function sniffFormat(source: Uint8Array, inputs: readonly Format[] = USUAL): Format {
  const head = Buffer.from(source.buffer, source.byteOffset, Math.min(source.length, HEAD_BYTES)).toString(
    "latin1",
  );
  const format = ALL.find((name) => inputFormat(name).matches(head, source));
  if (format && !inputs.includes(format)) throw switchedOff(format, inputs);
  const refused = refusedName(head) ?? (format && inputFormat(format).refusedKind?.(source));
  if (format && !refused) return format;
  throw unsupported(refused, inputs);
}

function switchedOff(format: Format, inputs: readonly Format[]): ImageRejection {
  return new ImageRejection(
    "UNSUPPORTED_FORMAT",
    `${sentence(inputFormat(format).name)} is switched off in this pipeline (limits.inputs). Convert the file to ${namesOf(inputs)}, then upload it again.`,
  );
}

function sentence(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function namesOf(formats: readonly Format[]): string {
  return LIST.format(
    ALL.filter((format) => formats.includes(format)).map((format) => inputFormat(format).name),
  );
}

/** Returns the rejection of a format, by its name if it has one. */
export function unsupported(name: string | undefined, inputs: readonly Format[] = USUAL): ImageRejection {
  const problem = name === undefined ? "The bytes are not a known picture format" : `${name} is not accepted`;
  return new ImageRejection(
    "UNSUPPORTED_FORMAT",
    `${problem}. Convert the file to ${namesOf(inputs)}, then upload it again.`,
  );
}

function isFormat(name: string): name is Format {
  return name in INPUT_FORMATS;
}
