const NAME = "generated-by";
const VALUE = "image-pipeline";

/** The metadata of every object that the pipeline writes, so that outputs copied into the upload bucket are not processed. */
export const GENERATED_METADATA: Readonly<Record<string, string>> = { [NAME]: VALUE };

/** Returns true for the metadata of an object that the pipeline wrote. */
export function isGenerated(metadata: Readonly<Record<string, string>> | undefined): boolean {
  return metadata?.[NAME] === VALUE;
}
