import { EventSequencer, type ImageUploaded, imageUploaded } from "@image-pipeline/schema/events";
import type { Manifest } from "@image-pipeline/schema/manifest";
import { isOfFuture } from "@image-pipeline/schema/processing";
import type { ExistingSource } from "./ports.ts";

export interface Redo {
  bucket: string;
  /** Read after the manifest: everything in the manifest had happened by then. */
  source: ExistingSource;
  manifest: Manifest | undefined;
  /** True if renditions that the manifest names are missing or damaged. */
  isDamaged?: boolean;
}

/**
 * Returns the event that has an existing source processed. It never replaces a newer upload, and no older one replaces it:
 *
 * - If the manifest is of this upload, the event has its sequencer and its time, and so that upload's position.
 * - Otherwise it has no sequencer, and its time decides: see `toTime`. The time is later than the event of the manifest,
 *   since the source existed after it.
 *
 * A manifest of the future is not of an event of S3: a forged message has buried the key. The event repairs exactly this
 * manifest, whatever its position, and has the source's own time, so that later uploads are newer again.
 *
 * All these times are S3's, so the clock of this machine need not be right.
 *
 * @returns undefined for a version written within the second in which it was seen: it cannot be
 *   distinguished from an earlier version yet, and its own event will arrive
 */
export function toUploadEvent(redo: Redo): ImageUploaded | undefined {
  const { source, manifest } = redo;
  if (manifest && manifest.status !== "deleted" && isSameUpload(manifest.source, source))
    return toEvent(redo, {
      sequencer: EventSequencer.safeParse(manifest.source.sequencer).data ?? null,
      time: manifest.eventTime ?? source.modifiedAt.toISOString(),
      ...(redo.isDamaged && { repairs: manifest.updatedAt }),
    });
  const stoodAt = toTime(source);
  if (stoodAt === undefined) return undefined;
  const knownUntil = manifest?.eventTime === undefined ? 0 : Date.parse(manifest.eventTime) + 1;
  if (manifest && isOfFuture(manifest))
    return toEvent(redo, {
      sequencer: null,
      time: new Date(stoodAt).toISOString(),
      repairs: manifest.updatedAt,
    });
  return toEvent(redo, { sequencer: null, time: new Date(Math.max(stoodAt, knownUntil)).toISOString() });
}

/**
 * Returns a time after every event before the source, and before every event after it. S3's dates are of whole seconds.
 *
 * With versions: the time of the read, as the date of a multipart upload is that of its first part, and an older
 * version can still be read. Without: the end of the second in which it was written, which is the same however often
 * the event is made; an upload in that second after it would have changed it. While that second lasts, its beginning.
 *
 * @returns milliseconds since 1970
 */
function toTime({ versionId, modifiedAt, seenAt }: ExistingSource): number | undefined {
  const isOver = seenAt.getTime() > modifiedAt.getTime();
  if (versionId !== null) return isOver ? seenAt.getTime() : undefined;
  return isOver ? modifiedAt.getTime() + 999 : modifiedAt.getTime();
}

interface Version {
  eTag: string;
  versionId: string | null;
}

function isSameUpload(a: Version, b: Version): boolean {
  return a.eTag === b.eTag && a.versionId === b.versionId;
}

function toEvent(
  { bucket, source: { key, eTag, versionId, size } }: Redo,
  { sequencer, ...occasion }: { sequencer: string | null; time: string; repairs?: string },
): ImageUploaded {
  return imageUploaded({ bucket, key, eTag, versionId, size, sequencer }, occasion, "backfill");
}
