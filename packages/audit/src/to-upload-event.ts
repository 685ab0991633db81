import { type ImageUploaded, imageUploaded, type Manifest } from "@image-pipeline/schema";
import type { StandingSource } from "./ports.ts";

export interface Redo {
  bucket: string;
  /** Read after the manifest was: what the manifest tells of had happened by then. */
  source: StandingSource;
  manifest: Manifest | undefined;
  /** Whether renditions that the manifest names are missing or damaged. */
  isDamaged?: boolean;
}

/**
 * The event that has a standing source processed, without ever passing over a newer upload, or letting an older one
 * pass over it:
 *
 * - The manifest is of this very upload: its sequencer and its time, so that the event has that upload's place.
 * - Otherwise no sequencer, and the time decides: see `toTime`. In any case it is later than all that the manifest tells
 *   of, since the source stood after that.
 *
 * All these times are S3's, so no clock of ours has to be right.
 *
 * @returns undefined for a version written within the second in which it was seen: what was just before it cannot be
 *   told from it yet, and its own event is on its way
 */
export function toUploadEvent(redo: Redo): ImageUploaded | undefined {
  const { source, manifest } = redo;
  if (manifest && manifest.status !== "deleted" && isSameUpload(manifest.source, source))
    return toEvent(redo, {
      sequencer: manifest.source.sequencer,
      time: manifest.eventTime ?? source.modifiedAt.toISOString(),
      ...(redo.isDamaged && { repairs: manifest.updatedAt }),
    });
  const stoodAt = toTime(source);
  if (stoodAt === undefined) return undefined;
  const knownUntil = manifest?.eventTime === undefined ? 0 : Date.parse(manifest.eventTime) + 1;
  return toEvent(redo, { sequencer: null, time: new Date(Math.max(stoodAt, knownUntil)).toISOString() });
}

/**
 * Behind every event from before the source, ahead of every one from after it. S3's dates are of whole seconds.
 *
 * With versions: when it was seen to stand, as the date of an upload in parts is that of its first part, and an older
 * version can still be read. Without: the end of the second in which it was written, which is the same however often
 * the event is made; an upload in that second after it would have changed it. While that second lasts, its beginning.
 *
 * @returns milliseconds since 1970
 */
function toTime({ versionId, modifiedAt, seenAt }: StandingSource): number | undefined {
  const isOver = seenAt.getTime() > modifiedAt.getTime();
  if (versionId !== null) return isOver ? seenAt.getTime() : undefined;
  return isOver ? modifiedAt.getTime() + 999 : modifiedAt.getTime();
}

interface Standing {
  eTag: string;
  versionId: string | null;
}

function isSameUpload(a: Standing, b: Standing): boolean {
  return a.eTag === b.eTag && a.versionId === b.versionId;
}

function toEvent(
  { bucket, source: { key, eTag, versionId, size } }: Redo,
  { sequencer, ...occasion }: { sequencer: string | null; time: string; repairs?: string },
): ImageUploaded {
  return imageUploaded({ bucket, key, eTag, versionId, size, sequencer }, occasion, "backfill");
}
