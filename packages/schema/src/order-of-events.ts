import type { ImageDeleted, ImageEvent, ImageUploaded } from "./messages/image-events.ts";
import { DeletedSource, type Source } from "./messages/source.ts";

/** The document of an image that exists, such as its manifest, as far as the order of events needs it. */
interface ExistingImage {
  status: "processed" | "rejected" | "analyzed";
  source: Source;
  /** The hash of the recipe. */
  recipe: string;
  eventTime?: string | undefined;
  updatedAt: string;
}

/** The document of an image that was deleted, such as `DeletedManifest`. */
interface Tombstone {
  status: "deleted";
  source: DeletedSource;
  versionOnly?: boolean | undefined;
  eventTime?: string | undefined;
  updatedAt: string;
}

/** The document that a consumer has of an image: its manifest, or another one that follows the same order. */
export type ImageDocument = ExistingImage | Tombstone;

/**
 * Decides what to do with an upload event, given the image's current manifest (or other document).
 *
 * | manifest | event | decision |
 * |---|---|---|
 * | none | | `process` |
 * | of the future | repairs this manifest | `process`, whatever its position: it buries its key |
 * | processed, rejected | newer | `process` |
 * | processed, rejected | the same, manifest not current | `process` (presets, limits or engine changed) |
 * | processed, rejected | the same, repairs this manifest | `process` (a rendition is missing or damaged) |
 * | processed, rejected | the same | `duplicate`: send the result event again, stop |
 * | processed, rejected | older | `stale`: stop |
 * | tombstone of the key | newer | `process`: the key was uploaded again |
 * | tombstone of the key | older or the same | `resurrect-refused`: stop |
 * | tombstone of one version | of that version, or older than it | `resurrect-refused`: stop |
 * | tombstone of one version | of another version, not older | `process`: that version was not deleted |
 *
 * @param isCurrent true if processing the image again would give the same manifest
 */
export function decideUploaded(
  event: ImageUploaded,
  manifest: ImageDocument | undefined,
  isCurrent: boolean,
) {
  const isRepaired = event.data.repairs === manifest?.updatedAt;
  if (!manifest || (isRepaired && isOfFuture(manifest))) return "process";
  const order = orderOf(event, manifest);
  if (manifest.status === "deleted")
    return order === "newer" && !isOfDeletedVersion(event, manifest) ? "process" : "resurrect-refused"; // mutation: tombstone
  if (order !== "same") return order === "newer" ? "process" : "stale"; // mutation: order-of-uploads
  return isCurrent && !isRepaired ? "duplicate" : "process";
}
export type UploadedDecision = ReturnType<typeof decideUploaded>;

/** The clocks of S3 and of the functions differ by less. */
export const MAX_AHEAD_MILLISECONDS = 15 * 60 * 1000;

/**
 * Returns true for a document that was written long before its event: no event of S3 led to it, but a message that an
 * earlier version believed. Every real event is older.
 */
export function isOfFuture({ eventTime, updatedAt }: ImageDocument): boolean {
  return eventTime !== undefined && Date.parse(eventTime) > Date.parse(updatedAt) + MAX_AHEAD_MILLISECONDS;
}

/** Returns true if the document was made with the recipe of this hash. */
export function isMadeWith(document: ImageDocument | undefined, toRecipeHash: string): boolean {
  return document !== undefined && document.status !== "deleted" && document.recipe === toRecipeHash;
}

/**
 * Decides what to do with a delete event, given the image's current manifest (or other document). The permanent deletion
 * of one version does not concern the key's other versions, so it is compared by its version alone.
 *
 * | manifest | event | decision |
 * |---|---|---|
 * | none | | `remove`: the tombstone refuses a late upload event |
 * | any | of the key, older | `stale` |
 * | processed, rejected | of the key, newer | `remove` |
 * | tombstone | of the key, the same | `duplicate`: finish the removal, send the result event again |
 * | tombstone | of the key, newer | `remove` |
 * | processed, rejected | of the manifest's version | `remove` |
 * | tombstone of one version | of that version | `duplicate` |
 * | any | of another version | `stale`: the manifest is of another version |
 */
export function decideDeleted(event: ImageDeleted, manifest: ImageDocument | undefined) {
  if (!manifest) return "remove"; // mutation: early-delete
  if (isOfOneVersion(event)) return decideVersionDeleted(event, manifest);
  const order = orderOf(event, manifest);
  if (order === "older") return "stale";
  if (order === "newer") return "remove";
  return manifest.status === "deleted" ? "duplicate" : "stale";
}
export type DeletedDecision = ReturnType<typeof decideDeleted>;

/** Returns true if one version of a versioned key was deleted permanently, rather than the key. */
function isOfOneVersion({ data }: ImageDeleted): boolean {
  return data.deleteMarker === false && data.versionId !== null;
}

/** The fields of a tombstone that the order of events needs. */
export type TombstoneOrder = Omit<Tombstone, "status" | "updatedAt">;

/**
 * Returns the position of a tombstone in the order of events. The tombstone of one version takes the position of that
 * version's upload instead of the deletion's, since an upload of another version in between still exists. If that upload
 * is unknown, the tombstone has no position.
 */
export function toTombstoneOrder(event: ImageDeleted, document: ImageDocument | undefined): TombstoneOrder {
  const source = DeletedSource.parse(event.data);
  if (!isOfOneVersion(event)) return { source, eventTime: event.time };
  return {
    versionOnly: true,
    source: { ...source, sequencer: document?.source.sequencer ?? null },
    ...(document?.eventTime && { eventTime: document.eventTime }),
  };
}

function decideVersionDeleted(event: ImageDeleted, manifest: ImageDocument) {
  if (manifest.source.versionId !== event.data.versionId) return "stale";
  if (manifest.status !== "deleted") return "remove";
  return manifest.versionOnly ? "duplicate" : "stale";
}

function isOfDeletedVersion(event: ImageUploaded, { versionOnly, source }: Tombstone): boolean {
  return versionOnly === true && source.versionId === event.data.versionId;
}

/**
 * Returns the event with the sequencer and time of the upload that it is about, if the manifest has them: an event of a
 * backfill has no sequencer, and without one the upload's position among the others would be lost.
 */
export function withKnownOrder(event: ImageUploaded, manifest: ImageDocument | undefined): ImageUploaded {
  if (event.data.sequencer !== null || !manifest || manifest.status === "deleted") return event;
  if (!manifest.eventTime || orderOf(event, manifest) !== "same") return event;
  return {
    ...event,
    time: manifest.eventTime,
    data: { ...event.data, sequencer: manifest.source.sequencer },
  };
}

/**
 * Compares by sequencer if both have one. Otherwise the same eTag and version is the same upload, unless it happened later
 * in a bucket without versions; then the event's time decides. Events of the same time count as newer, since the pinned
 * read fails if the source has been replaced.
 */
function orderOf(event: ImageEvent, manifest: ImageDocument): "older" | "same" | "newer" {
  const { sequencer } = event.data;
  if (sequencer !== null && manifest.source.sequencer !== null) {
    const order = compareSequencers(sequencer, manifest.source.sequencer);
    return order === 0 ? "same" : order < 0 ? "older" : "newer";
  }
  const laterMilliseconds = Date.parse(event.time) - Date.parse(manifest.eventTime ?? "");
  if (isSameSource(event, manifest, laterMilliseconds)) return "same";
  return laterMilliseconds < 0 ? "older" : "newer";
}

/** @param laterMilliseconds from the manifest's event to this one; NaN when the manifest has no event time */
function isSameSource(event: ImageEvent, manifest: ImageDocument, laterMilliseconds: number): boolean {
  if (event.type === "image.deleted") return manifest.status === "deleted" && laterMilliseconds === 0;
  if (manifest.status === "deleted") return false;
  const { eTag, versionId } = event.data;
  if (manifest.source.eTag !== eTag || manifest.source.versionId !== versionId) return false;
  return versionId !== null || !(laterMilliseconds > 0);
}

/**
 * Compares two events of the same key in S3's order: pads the shorter sequencer with zeros on the right, then compares as
 * text (docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html). Comparing as numbers is wrong
 * for sequencers of unequal length.
 *
 * @returns negative when `a` came before `b`, zero when they are the same event, positive when after
 */
export function compareSequencers(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  const pad = (sequencer: string) => sequencer.toUpperCase().padEnd(length, "0"); // mutation: pad-sequencer
  const [left, right] = [pad(a), pad(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
