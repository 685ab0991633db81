import { type ImageUploaded, type Manifest, toRenditionTag } from "@image-pipeline/schema";

/**
 * The tag under which the renditions of an upload lie, whatever else is known by the time it is processed. Where S3 gave
 * no sequencer, the event's time stands in for it, so that the same bytes, deleted and uploaded again, never share keys
 * with renditions that are being removed.
 */
export function tagOf({ data, time }: ImageUploaded, recipeHash: string): string {
  return toRenditionTag({ ...data, sequencer: data.sequencer ?? time }, recipeHash);
}

/** The tag of the renditions that a manifest names, by their keys; none when it names none. */
export function currentTags(manifest: Manifest | undefined): string[] {
  const tags = (manifest?.renditions ?? []).flatMap(({ key }) => key.split("/")[2] ?? []);
  return [...new Set(tags)];
}
