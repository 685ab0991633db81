import { type ImageDeleted, imageDeleted } from "@image-pipeline/schema/events";
import type { Manifest } from "@image-pipeline/schema/manifest";

/**
 * Returns the event for a delete whose own event was lost: a millisecond after the upload that the manifest is of, so
 * that it ends that upload and none after it.
 *
 * @param manifest read before its source was found gone
 */
export function toDeleteEvent({ source, eventTime, updatedAt }: Manifest): ImageDeleted {
  const { bucket, key } = source;
  const time = new Date(Date.parse(eventTime ?? updatedAt) + 1).toISOString();
  return imageDeleted({ bucket, key, versionId: null, sequencer: null, deleteMarker: true }, { time });
}
