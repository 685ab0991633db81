import * as z from "zod";
import { Source } from "../messages/source.ts";

/**
 * A notification of S3 (docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html), before its
 * records are read. S3 sends an `s3:TestEvent`, which has no records, when notifications are configured.
 */
export const S3Notification = z.union([
  z.object({ Records: z.array(z.unknown()) }),
  z.object({ Event: z.literal("s3:TestEvent") }).transform(() => ({ Records: [] })),
]);

/** One record of a notification. The major version must be 2; minor versions only add fields. */
export const NotificationRecord = z.object({
  eventVersion: z.string().regex(/^2\.\d+$/, "unknown event version: must be 2.x"),
  eventName: z.string(),
  eventTime: z.string().transform(toUtc),
  responseElements: z.object({ "x-amz-request-id": z.string().optional() }).optional(),
  s3: z.object({
    bucket: z.object({ name: Source.shape.bucket }),
    object: z.object({
      key: z.string().min(1).transform(toKey),
      size: Source.shape.size.optional(),
      eTag: z.string().optional(),
      versionId: z.string().optional(),
      sequencer: Source.shape.sequencer.optional(),
    }),
  }),
});
/** A change of an object, from a notification or from EventBridge. */
export type S3Record = Omit<z.infer<typeof NotificationRecord>, "eventVersion">;

/** Decodes the key of a notification, which S3 form-encodes: a space is `+`, and a plus sign is `%2B`. */
export function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll("+", " "));
}

function toKey(encoded: string, context: z.RefinementCtx): string {
  try {
    return decodeKey(encoded);
  } catch {
    context.addIssue({ code: "custom", message: `key "${encoded}" is not form-encoded` });
    return z.NEVER;
  }
}

export function toUtc(time: string, context: z.RefinementCtx): string {
  const date = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(time) ? time : `${time}Z`);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  context.addIssue({ code: "custom", message: `"${time}" is not a time` });
  return z.NEVER;
}
