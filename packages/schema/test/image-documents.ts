import type { ImageDeleted, ImageUploaded } from "../src/events.ts";
import { imageDeleted, imageUploaded } from "../src/events.ts";
import { type ImageDocument, toTombstoneOrder } from "../src/processing.ts";

export const RECIPE = "recipe-1";

type UploadFields = Partial<Pick<ImageUploaded["data"], "eTag" | "versionId" | "sequencer">> & {
  time?: string;
};

/** Builds an upload event of `photos/a.jpg`, with the given fields. */
export function upload({ time = "2026-01-01T00:00:00.000Z", ...fields }: UploadFields = {}): ImageUploaded {
  const place = { bucket: "uploads", key: "photos/a.jpg" };
  const source = { ...place, eTag: "e1", versionId: null, size: 100, sequencer: "10", ...fields };
  return imageUploaded(source, { time });
}

type DeleteFields = Partial<Pick<ImageDeleted["data"], "versionId" | "sequencer">> & {
  deleteMarker?: boolean;
  time?: string;
};

/** Builds a delete event of `photos/a.jpg`, with the given fields. */
export function deletion({ time = "2026-01-02T00:00:00.000Z", ...fields }: DeleteFields = {}): ImageDeleted {
  const place = { bucket: "uploads", key: "photos/a.jpg" };
  return imageDeleted(
    { ...place, versionId: null, sequencer: "20", deleteMarker: false, ...fields },
    { time },
  );
}

/** Builds the document that an upload event leads to. */
export function documentOf(
  { data: source, time: eventTime }: ImageUploaded,
  status: "processed" | "rejected" = "processed",
  recipe = RECIPE,
) {
  return { status, source, recipe, eventTime, updatedAt: "2026-01-01T00:00:05.000Z" } satisfies ImageDocument;
}

/** Builds the tombstone that a delete event leads to. */
export function tombstone(event: ImageDeleted): ImageDocument {
  const updatedAt = "2026-01-02T00:00:05.000Z";
  return { status: "deleted", ...toTombstoneOrder(event, undefined), updatedAt };
}
