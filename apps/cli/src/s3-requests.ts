import type { Pipeline } from "@image-pipeline/schema/config";

/** S3 reads of an image's worker: the manifest twice, the object's head, and the source in four ranges. */
export const READS_PER_IMAGE = 7;

/** Returns the number of renditions of an image that does not move, which are most; one is written for each format. */
export function renditionsPerImage(presets: Pipeline["presets"]): number {
  return Object.values(presets)
    .flatMap(({ formats }) => formats)
    .filter((format) => !("animated" in format && format.animated === "only")).length;
}
