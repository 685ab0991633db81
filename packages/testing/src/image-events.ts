import {
  type ImageDeleted,
  type ImageUploaded,
  imageDeleted,
  imageUploaded,
} from "@image-pipeline/schema/events";

export const UPLOADS = "image-pipeline-local-uploads-000000000000";
export const PROCESSED = "image-pipeline-local-processed-000000000000";

interface UploadFields {
  key?: string;
  eTag?: string;
  versionId?: string | null;
  size?: number;
  sequencer?: string | null;
  time?: string;
}

/** An upload of `photos/a.jpg`, except for the fields given. */
export function upload({ time = "2026-01-01T00:00:00.000Z", ...fields }: UploadFields = {}): ImageUploaded {
  const source = {
    bucket: UPLOADS,
    key: "photos/a.jpg",
    eTag: "e1",
    versionId: null,
    size: 100,
    sequencer: "10",
    ...fields,
  };
  return imageUploaded(source, { time, correlationId: "request-1" });
}

interface DeleteFields {
  key?: string;
  versionId?: string | null;
  sequencer?: string | null;
  deleteMarker?: boolean;
  time?: string;
}

/** A delete of `photos/a.jpg`, except for the fields given. */
export function deletion({ time = "2026-01-02T00:00:00.000Z", ...fields }: DeleteFields = {}): ImageDeleted {
  const source = {
    bucket: UPLOADS,
    key: "photos/a.jpg",
    versionId: null,
    sequencer: "20",
    deleteMarker: false,
    ...fields,
  };
  return imageDeleted(source, { time, correlationId: "request-2" });
}
