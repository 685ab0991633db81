import * as z from "zod";
import { cloudEvent, dataSchemaOf } from "./cloud-event.ts";
import { digest } from "./keys.ts";
import { DeletedSource, Source } from "./source.ts";

/** `live` follows an upload as it happens; `backfill` is old work done again, which fresh uploads never wait for. */
export const Lane = z.enum(["live", "backfill"]);

const delivery = { lane: Lane, correlationId: z.string().min(1) };

export const ImageUploaded = cloudEvent(
  "image.uploaded",
  Source.extend({
    ...delivery,
    /** The `updatedAt` of a manifest whose renditions are missing or damaged: it is made again under the same recipe. */
    repairs: z.iso.datetime().optional(),
  }),
);
export type ImageUploaded = z.infer<typeof ImageUploaded>;

/** `deleteMarker` tells a delete of the key in a versioned bucket from the delete of one version for good. */
export const ImageDeleted = cloudEvent(
  "image.deleted",
  DeletedSource.extend({ deleteMarker: z.boolean().optional(), ...delivery }),
);
export type ImageDeleted = z.infer<typeof ImageDeleted>;

/** A message on the image-events topic. */
export const ImageEvent = z.discriminatedUnion("type", [ImageUploaded, ImageDeleted]);
export type ImageEvent = z.infer<typeof ImageEvent>;

/** When it happened (ISO 8601, UTC), and what to find it by in logs: S3's request id, or else the event's own. */
interface Occasion {
  time: string;
  correlationId?: string | undefined;
}

/** The event of an upload. Its id depends on the source alone, so a duplicate notification gives the same message. */
export function imageUploaded(
  source: Source,
  { time, correlationId, repairs }: Occasion & { repairs?: string | undefined },
  lane: z.infer<typeof Lane> = "live",
): ImageUploaded {
  const { bucket, key, eTag, versionId, size, sequencer } = source;
  const identity = ["image.uploaded", bucket, key, eTag, versionId, sequencer, lane];
  const id = digest(JSON.stringify(repairs ? [...identity, repairs] : identity));
  return {
    ...envelope(bucket, key, time),
    id,
    type: "image.uploaded",
    dataschema: dataSchemaOf("image.uploaded"),
    data: {
      bucket,
      key,
      eTag,
      versionId,
      size,
      sequencer,
      lane,
      correlationId: correlationId || id,
      ...(repairs && { repairs }),
    },
  };
}

/** The event of a delete; like `imageUploaded`, its id is a pure function of what happened. */
export function imageDeleted(
  source: DeletedSource & { deleteMarker: boolean },
  { time, correlationId }: Occasion,
): ImageDeleted {
  const { bucket, key, versionId, sequencer, deleteMarker } = source;
  const id = digest(JSON.stringify(["image.deleted", bucket, key, versionId, sequencer ?? time]));
  return {
    ...envelope(bucket, key, time),
    id,
    type: "image.deleted",
    dataschema: dataSchemaOf("image.deleted"),
    data: {
      bucket,
      key,
      versionId,
      sequencer,
      deleteMarker,
      lane: "live",
      correlationId: correlationId || id,
    },
  };
}

function envelope(bucket: string, key: string, time: string) {
  return {
    specversion: "1.0" as const,
    source: `s3://${bucket}`,
    subject: key,
    time,
    datacontenttype: "application/json" as const,
  };
}
