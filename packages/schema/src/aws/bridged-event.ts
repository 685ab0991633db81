import * as z from "zod";
import { Source } from "../messages/source.ts";
import { type S3Record, toUtc } from "./s3-notification.ts";

/** Names of S3's events, as in its notifications. */
const DELETED = {
  "Permanently Deleted": "Delete",
  "Delete Marker Created": "DeleteMarkerCreated",
} as const;

/**
 * An event that S3 sends to EventBridge (docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html). Its key is not
 * encoded, unlike a notification's. It becomes a record of a notification, under the same name as there.
 */
export const BridgedEvent = z
  .object({
    source: z.literal("aws.s3"),
    "detail-type": z.string(),
    time: z.string().transform(toUtc),
    detail: z.object({
      "event-version": z
        .string()
        .regex(/^1\.\d+$/, "unknown event version: must be 1.x")
        .optional(),
      bucket: z.object({ name: Source.shape.bucket }),
      object: z.object({
        key: z.string().min(1),
        size: Source.shape.size.optional(),
        etag: z.string().optional(),
        "version-id": z.string().optional(),
        sequencer: Source.shape.sequencer.optional(),
      }),
      "request-id": z.string().optional(),
      reason: z.string().default(""),
      "deletion-type": z.enum(["Permanently Deleted", "Delete Marker Created"]).optional(),
    }),
  })
  .transform(({ time, detail, ...event }): S3Record => {
    const { key, size, etag, "version-id": versionId, sequencer } = detail.object;
    return {
      eventName: toName(event["detail-type"], detail),
      eventTime: time,
      responseElements: { "x-amz-request-id": detail["request-id"] },
      s3: { bucket: detail.bucket, object: { key, size, eTag: etag, versionId, sequencer } },
    };
  });

/** Returns true for an event of EventBridge, which has no records. */
export function isBridged(event: unknown): event is Record<string, unknown> {
  return typeof event === "object" && event !== null && "detail-type" in event;
}

type Detail = { reason: string; "deletion-type"?: keyof typeof DELETED | undefined };

function toName(detailType: string, { reason, "deletion-type": deletion = "Permanently Deleted" }: Detail) {
  if (detailType === "Object Created") return `ObjectCreated:${reason}`;
  if (detailType !== "Object Deleted") return detailType;
  return `${reason === "Lifecycle Expiration" ? "LifecycleExpiration" : "ObjectRemoved"}:${DELETED[deletion]}`;
}
