import * as z from "zod";
import { cloudEvent, toCloudEvent } from "./cloud-event.ts";
import { digest } from "./keys.ts";
import { DeletedSource, EventSequencer, Source } from "./source.ts";

/** `live` events follow an upload as it happens; `backfill` events process old images again, in a separate queue. */
export const Lane = z.enum(["live", "backfill"]);

const delivery = { sequencer: EventSequencer, lane: Lane, correlationId: z.string().min(1) };

export const ImageUploaded = cloudEvent(
  "image.uploaded",
  Source.extend({
    ...delivery,
    /** The `updatedAt` of a manifest to replace in any case: its renditions are missing or damaged, or it buries its key. */
    repairs: z.iso.datetime().optional(),
  }),
);
export type ImageUploaded = z.infer<typeof ImageUploaded>;

/** In a versioned bucket, `deleteMarker` distinguishes the deletion of the key from the deletion of one version. */
export const ImageDeleted = cloudEvent(
  "image.deleted",
  DeletedSource.extend({ deleteMarker: z.boolean().optional(), ...delivery }),
);
export type ImageDeleted = z.infer<typeof ImageDeleted>;

/** A message on the image-events topic. */
export const ImageEvent = z.discriminatedUnion("type", [ImageUploaded, ImageDeleted]);
export type ImageEvent = z.infer<typeof ImageEvent>;

/** The time of the event (ISO 8601, UTC), and the id to search the logs for: S3's request id, or the event's id by default. */
interface Occasion {
  time: string;
  correlationId?: string | undefined;
}

/** Builds the event of an upload. Its id depends on the source alone, so a duplicate notification gives the same message. */
export function imageUploaded(
  source: Source,
  { time, correlationId, repairs }: Occasion & { repairs?: string | undefined },
  lane: z.infer<typeof Lane> = "live",
): ImageUploaded {
  const { bucket, key, eTag, versionId, size, sequencer } = source;
  const identity = ["image.uploaded", bucket, key, eTag, versionId, sequencer, lane];
  const id = digest(JSON.stringify(repairs ? [...identity, repairs] : identity));
  const data = { bucket, key, eTag, versionId, size, sequencer, lane, correlationId: correlationId || id };
  return toCloudEvent("image.uploaded", { id, bucket, key, time }, { ...data, ...(repairs && { repairs }) });
}

/** Builds the event of a deletion. Its id depends on nothing but the deletion, as with `imageUploaded`. */
export function imageDeleted(
  source: DeletedSource & { deleteMarker: boolean },
  { time, correlationId }: Occasion,
): ImageDeleted {
  const { bucket, key, versionId, sequencer, deleteMarker } = source;
  const id = digest(JSON.stringify(["image.deleted", bucket, key, versionId, sequencer ?? time]));
  const lane = "live" as const;
  return toCloudEvent(
    "image.deleted",
    { id, bucket, key, time },
    { bucket, key, versionId, sequencer, deleteMarker, lane, correlationId: correlationId || id },
  );
}
