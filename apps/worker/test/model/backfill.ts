import { type ImageUploaded, imageUploaded } from "@image-pipeline/schema/events";
import { S3Fault, UPLOADS } from "@image-pipeline/testing";
import { manifestOf } from "./accounts.ts";
import type { World } from "./world-state.ts";

/**
 * Returns the event by which an operator has the object under a key processed again, as `toUploadEvent` of packages/audit
 * makes it: with the order of its upload if the manifest is of it, and then as a repair; otherwise with no sequencer, at
 * the end of the second in which it was written.
 */
export function redo(world: World, key: string): ImageUploaded | undefined {
  const manifest = manifestOf(world, key);
  const upload = world.happened.findLast(
    ({ operation, event }) => operation.key === key && event.type === "image.uploaded",
  )?.event;
  if (upload?.type !== "image.uploaded" || !stands(world, key)) return undefined;
  world.redone.add(key);
  const { eTag, versionId, size } = upload.data;
  const source = { bucket: UPLOADS, key, eTag, versionId, size };
  const isKnown =
    manifest !== undefined &&
    manifest.status !== "deleted" &&
    manifest.source.eTag === eTag &&
    manifest.source.versionId === versionId;
  if (!isKnown) {
    const time = new Date(Date.parse(upload.time) + 999).toISOString();
    return imageUploaded({ ...source, sequencer: null }, { time }, "backfill");
  }
  const { sequencer } = manifest.source;
  const occasion = { time: manifest.eventTime ?? upload.time, repairs: manifest.updatedAt };
  return imageUploaded({ ...source, sequencer }, occasion, "backfill");
}

function stands({ uploads }: World, key: string): boolean {
  try {
    uploads.get(key);
    return true;
  } catch (error) {
    if (error instanceof S3Fault) return false;
    throw error;
  }
}
