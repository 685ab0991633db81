import type { Facts } from "@image-pipeline/schema/manifest";
import { MAX_FACT_CHARACTERS, toCleanText } from "@image-pipeline/schema/plain-text";
import { readTags, TAG, type Tags } from "./tiff-tags.ts";

/**
 * Returns the facts that a camera wrote, by allow-list: places and serial numbers are never read.
 *
 * @param exif an EXIF segment, with or without its `Exif` prefix, or a whole TIFF file
 */
export function exifFacts(exif: Uint8Array | undefined): Facts["exif"] {
  if (!exif) return {};
  const tiff = tiffOf(exif);
  const image = readTags(tiff);
  const photo = readTags(tiff, numberOf(image, TAG.exifIfd) ?? tiff.length);
  const facts = {
    takenAt: timeOf(photo),
    make: textOf(image, TAG.make),
    model: textOf(image, TAG.model),
    lens: textOf(photo, TAG.lensModel),
    exposureSeconds: numberOf(photo, TAG.exposureTime),
    fNumber: numberOf(photo, TAG.fNumber),
    iso: numberOf(photo, TAG.isoSpeed),
    focalLengthMillimetres: numberOf(photo, TAG.focalLength),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** Returns the TIFF structure of an EXIF segment. */
export function tiffOf(exif: Uint8Array): Uint8Array {
  const prefix = Buffer.from(exif.subarray(0, 6)).toString("latin1");
  return prefix === "Exif\0\0" ? exif.subarray(6) : exif;
}

/** Returns the time in ISO 8601, with an offset only if the camera wrote one: else it is the camera's local time. */
function timeOf(photo: Tags): string | undefined {
  const time = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(textOf(photo, TAG.dateTimeOriginal) ?? "");
  if (!time) return undefined;
  const [, year, month, day, clock] = time;
  const local = `${year}-${month}-${day}T${clock}`;
  if (Number.isNaN(Date.parse(`${local}Z`))) return undefined;
  const offset = textOf(photo, TAG.offsetTimeOriginal) ?? "";
  return /^[+-]\d\d:\d\d$/.test(offset) ? local + offset : local;
}

function textOf(tags: Tags, tag: number): string | undefined {
  const value = tags.get(tag);
  if (!Buffer.isBuffer(value)) return undefined;
  const [text = ""] = value.toString("utf8").split("\0");
  return cleanText(text);
}

/** Returns one line of printable characters, or undefined if there are none. */
export function cleanText(text: string, maxCharacters = MAX_FACT_CHARACTERS): string | undefined {
  const clean = toCleanText(text.replaceAll(/[\p{Cn}\p{Co}\s\ufffd]+/gu, " "), maxCharacters);
  return clean === "" ? undefined : clean;
}

function numberOf(tags: Tags, tag: number): number | undefined {
  const value = tags.get(tag);
  const [number] = Array.isArray(value) ? value : [];
  return number !== undefined && Number.isFinite(number) ? Number(number.toPrecision(6)) : undefined;
}
