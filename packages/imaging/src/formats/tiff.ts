import { checkTiffPages } from "../bounds/count-frames.ts";
import { readTags, TAG } from "../tiff-tags.ts";
import type { InputFormat } from "./format.ts";

const SIGNATURES = ["II*\0", "MM\0*", "II+\0", "MM\0+"];

export const tiff: InputFormat = {
  name: "TIFF",
  matches: (head) => SIGNATURES.some((signature) => head.startsWith(signature)),
  refusedKind: (file) => (isCameraRaw(file) ? "camera raw" : undefined),
  decoder: "VipsForeignLoadTiffBuffer",
  isDetected: ({ format }) => format === "tiff",
  prepare(file, limits) {
    checkTiffPages(file, limits);
    return file;
  },
  exif: (file) => file,
};

/** Returns whether it is a camera's raw file, which begins like a TIFF: decoded as one it would be a tiny preview, or noise. */
function isCameraRaw(file: Uint8Array): boolean {
  const tags = readTags(file);
  const isReduced = tags.get(TAG.newSubfileType)?.[0] === 1;
  return tags.has(TAG.dngVersion) || (isReduced && tags.has(TAG.subIfds));
}
