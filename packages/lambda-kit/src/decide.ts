import {
  compareSequencers,
  DeletedSource,
  type ImageDeleted,
  type ImageEvent,
  type ImageUploaded,
  type Source,
} from "@image-pipeline/schema";

/** What a consumer keeps of an image that is alive, as its manifest is, as far as the order of events goes. */
interface Living {
  status: "processed" | "rejected" | "analyzed";
  source: Source;
  recipe: string;
  eventTime?: string | undefined;
  updatedAt: string;
}

/** What it keeps of one that was deleted: see `DeletedManifest`. */
interface Tombstone {
  status: "deleted";
  source: DeletedSource;
  versionOnly?: boolean | undefined;
  eventTime?: string | undefined;
}

/** What a consumer keeps of an image now: its manifest, or a document that follows the same order. */
export type Standing = Living | Tombstone;

/**
 * What to do with an upload event, given the manifest its image has now.
 *
 * | manifest | the event is … | decision |
 * |---|---|---|
 * | none | | `process` |
 * | processed, rejected | newer | `process` |
 * | processed, rejected | the same, and would be made otherwise now | `process` (presets, limits or engine changed) |
 * | processed, rejected | the same, and repairs this very manifest | `process` (a rendition is missing or damaged) |
 * | processed, rejected | the same | `duplicate`: send the result event again, stop |
 * | processed, rejected | older | `stale`: stop |
 * | tombstone of the key | newer | `process`: the key lives again |
 * | tombstone of the key | older or the same | `resurrect-refused`: stop |
 * | tombstone of one version | of that version, or older than it | `resurrect-refused`: stop |
 * | tombstone of one version | of another version, not older | `process`: that version was not deleted |
 *
 * @param isCurrent whether processing the image now would make what the manifest says was made
 */
export function decideUploaded(event: ImageUploaded, manifest: Standing | undefined, isCurrent: boolean) {
  if (!manifest) return "process";
  const order = orderOf(event, manifest);
  if (manifest.status === "deleted")
    return order === "newer" && !isBuried(event, manifest) ? "process" : "resurrect-refused";
  if (order === "older") return "stale";
  if (order === "newer") return "process";
  return isCurrent && event.data.repairs !== manifest.updatedAt ? "duplicate" : "process";
}
/** Whether what stands was made under this recipe. */
export function isOfRecipe(standing: Standing | undefined, recipe: string): boolean {
  return standing !== undefined && standing.status !== "deleted" && standing.recipe === recipe;
}

export type UploadedDecision = ReturnType<typeof decideUploaded>;

/**
 * What to do with a delete event, given the manifest its image has now. The delete of one version for good says nothing
 * of the key's other versions, so it is judged by the version alone.
 *
 * | manifest | the event is … | decision |
 * |---|---|---|
 * | none | | `remove`: the tombstone keeps a late upload event dead |
 * | any | of the key, older | `stale` |
 * | processed, rejected | of the key, newer | `remove` |
 * | tombstone | of the key, the same | `duplicate`: finish the removal, send the result event again |
 * | tombstone | of the key, newer | `remove` |
 * | processed, rejected | of the version it was made from | `remove` |
 * | tombstone of one version | of that version | `duplicate` |
 * | any | of another version | `stale`: that version is not the image |
 */
export function decideDeleted(event: ImageDeleted, manifest: Standing | undefined) {
  if (!manifest) return "remove";
  if (isOfOneVersion(event)) return decideVersionDeleted(event, manifest);
  const order = orderOf(event, manifest);
  if (order === "older") return "stale";
  if (order === "newer") return "remove";
  return manifest.status === "deleted" ? "duplicate" : "stale";
}
export type DeletedDecision = ReturnType<typeof decideDeleted>;

/** Whether one version of a versioned key was removed for good, rather than the key. */
export function isOfOneVersion({ data }: ImageDeleted): boolean {
  return data.deleteMarker === false && data.versionId !== null;
}

/**
 * The place of a tombstone in the order. That of one version stands where that version's upload stood, not where its
 * delete does: an upload of another version in between is alive. Where that upload was never seen, it has no place.
 */
export function toGrave(event: ImageDeleted, standing: Standing | undefined): Grave {
  const source = DeletedSource.parse(event.data);
  if (!isOfOneVersion(event)) return { source, eventTime: event.time };
  return {
    versionOnly: true,
    source: { ...source, sequencer: standing?.source.sequencer ?? null },
    ...(standing?.eventTime && { eventTime: standing.eventTime }),
  };
}

/** What every tombstone says of the order. */
export interface Grave {
  source: DeletedSource;
  eventTime?: string;
  versionOnly?: boolean;
}

function decideVersionDeleted(event: ImageDeleted, manifest: Standing) {
  if (manifest.source.versionId !== event.data.versionId) return "stale";
  if (manifest.status !== "deleted") return "remove";
  return manifest.versionOnly ? "duplicate" : "stale";
}

function isBuried(event: ImageUploaded, { versionOnly, source }: Tombstone): boolean {
  return versionOnly === true && source.versionId === event.data.versionId;
}

/**
 * An event without a sequencer, as of a backfill, takes over the order of the upload it is about, where the manifest
 * knows it: otherwise doing old work again would forget the place of that upload among the others.
 */
export function withKnownOrder(event: ImageUploaded, manifest: Standing | undefined): ImageUploaded {
  if (event.data.sequencer !== null || !manifest || manifest.status === "deleted") return event;
  if (!manifest.eventTime || orderOf(event, manifest) !== "same") return event;
  return {
    ...event,
    time: manifest.eventTime,
    data: { ...event.data, sequencer: manifest.source.sequencer },
  };
}

/**
 * By sequencer where both have one. Without one: the same eTag and version is the same upload, unless it happened later
 * in a bucket without versions; then the event's time decides, and events of one moment count as newer, since the pinned
 * read refuses what is no longer there.
 */
function orderOf(event: ImageEvent, manifest: Standing): "older" | "same" | "newer" {
  const { sequencer } = event.data;
  if (sequencer !== null && manifest.source.sequencer !== null) {
    const order = compareSequencers(sequencer, manifest.source.sequencer);
    return order === 0 ? "same" : order < 0 ? "older" : "newer";
  }
  const laterMilliseconds = Date.parse(event.time) - Date.parse(manifest.eventTime ?? "");
  if (isSameSource(event, manifest, laterMilliseconds)) return "same";
  return laterMilliseconds < 0 ? "older" : "newer";
}

/** @param laterMilliseconds from the manifest's event to this one; NaN when the manifest does not know its time */
function isSameSource(event: ImageEvent, manifest: Standing, laterMilliseconds: number): boolean {
  if (event.type === "image.deleted") return manifest.status === "deleted" && laterMilliseconds === 0;
  if (manifest.status === "deleted") return false;
  const { eTag, versionId } = event.data;
  if (manifest.source.eTag !== eTag || manifest.source.versionId !== versionId) return false;
  return versionId !== null || !(laterMilliseconds > 0);
}
