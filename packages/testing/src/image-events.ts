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

/** Completes a short sequencer to S3's length. The order stays the same: S3's comparison pads on the right too. */
export function toSequencer(short: string | null): string | null {
  return short?.padEnd(18, "0") ?? null;
}

/** An upload of `photos/a.jpg`, except for the fields given. */
export function upload({ time = "2026-01-01T00:00:00.000Z", ...fields }: UploadFields = {}): ImageUploaded {
  const source = {
    bucket: UPLOADS,
    key: "photos/a.jpg",
    eTag: "e1",
    versionId: null,
    size: 100,
    ...fields,
    sequencer: toSequencer(fields.sequencer === undefined ? "10" : fields.sequencer),
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
    deleteMarker: false,
    ...fields,
    sequencer: toSequencer(fields.sequencer === undefined ? "20" : fields.sequencer),
  };
  return imageDeleted(source, { time, correlationId: "request-2" });
}
