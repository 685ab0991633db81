import { readTags, TAG } from "../tiff-tags.ts";
import type { InputSupport } from "./format-support.ts";

export const tiff: InputSupport = {
  decoder: {
    name: "TIFF",
    operation: "VipsForeignLoadTiffBuffer",
    metadata: { format: "tiff" },
    matches: (head) => ["II*\0", "MM\0*", "II+\0", "MM\0+"].some((signature) => head.startsWith(signature)),
    refusedVariant: (source) => (isCameraRaw(source) ? "camera raw" : undefined),
    exif: (source) => source,
  },
};

/** Recognises raw files of cameras that have a TIFF's first bytes: decoded as TIFF, they show a tiny preview or noise. */
function isCameraRaw(source: Uint8Array): boolean {
  const tags = readTags(source);
  const isReduced = tags.get(TAG.newSubfileType)?.[0] === 1;
  return tags.has(TAG.dngVersion) || (isReduced && tags.has(TAG.subIfds));
}
