import {
  compareSequencers,
  type ImageDeleted,
  type ImageUploaded,
  type Manifest,
} from "@image-pipeline/schema";

/**
 * What to do with an upload event, given the manifest its image has now.
 *
 * | manifest | the event is … | decision |
 * |---|---|---|
 * | none | | `process` |
 * | processed, rejected | newer | `process` |
 * | processed, rejected | the same, recipe differs | `process` (presets or engine changed) |
 * | processed, rejected | the same | `duplicate`: send the result event again, stop |
 * | processed, rejected | older | `stale`: stop |
 * | deleted (tombstone) | newer | `process`: the key lives again |
 * | deleted (tombstone) | older or the same | `resurrect-refused`: stop |
 *
 * @param recipe the recipe the image would be rendered with now
 */
export function decideUploaded(event: ImageUploaded, manifest: Manifest | undefined, recipe: string) {
  if (!manifest) return "process";
  const order = orderOf(event, manifest);
  if (manifest.status === "deleted") return order === "newer" ? "process" : "resurrect-refused";
  if (order === "older") return "stale";
  if (order === "newer") return "process";
  return manifest.recipe === recipe ? "duplicate" : "process";
}
export type UploadedDecision = ReturnType<typeof decideUploaded>;

/**
 * What to do with a delete event, given the manifest its image has now.
 *
 * | manifest | the event is … | decision |
 * |---|---|---|
 * | none | | `remove`: the tombstone keeps a late upload event dead |
 * | any | older | `stale` |
 * | processed, rejected | newer, of this key or of this very version | `remove` |
 * | processed, rejected | newer, of another version for good | `stale`: that version is not the image |
 * | deleted | the same | `duplicate`: finish the removal, send the result event again |
 * | deleted | newer | `remove` |
 */
export function decideDeleted(event: ImageDeleted, manifest: Manifest | undefined) {
  if (!manifest) return "remove";
  const order = orderOf(event, manifest);
  if (order === "older") return "stale";
  if (order === "same") return manifest.status === "deleted" ? "duplicate" : "stale";
  const { deleteMarker, versionId } = event.data;
  const isOneVersion = deleteMarker === false && versionId !== null;
  return isOneVersion && manifest.source.versionId !== versionId ? "stale" : "remove";
}
export type DeletedDecision = ReturnType<typeof decideDeleted>;

/**
 * By sequencer where both have one. Without one: the same eTag and version is the same upload; then the event's time
 * decides, and events of one moment count as newer, since the pinned read refuses what is no longer there.
 */
function orderOf(event: ImageUploaded | ImageDeleted, manifest: Manifest): "older" | "same" | "newer" {
  const { sequencer } = event.data;
  if (sequencer !== null && manifest.source.sequencer !== null) {
    const order = compareSequencers(sequencer, manifest.source.sequencer);
    return order === 0 ? "same" : order < 0 ? "older" : "newer";
  }
  if (isSameSource(event, manifest)) return "same";
  return manifest.eventTime !== undefined && event.time < manifest.eventTime ? "older" : "newer";
}

function isSameSource(event: ImageUploaded | ImageDeleted, manifest: Manifest): boolean {
  if (event.type === "image.deleted")
    return manifest.status === "deleted" && manifest.eventTime === event.time;
  if (manifest.status === "deleted") return false;
  return manifest.source.eTag === event.data.eTag && manifest.source.versionId === event.data.versionId;
}
