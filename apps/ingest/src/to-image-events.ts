import { type ImageEvent, imageDeleted, imageUploaded, Source } from "@image-pipeline/schema";
import * as z from "zod";

/**
 * One record of an S3 notification. The major version must be 2; minor versions only add fields
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
 */
const S3Record = z.object({
  eventVersion: z.string().regex(/^2\.\d+$/, "only event version 2.x is understood"),
  eventName: z.string(),
  eventTime: z.string().transform(toUtc),
  responseElements: z.object({ "x-amz-request-id": z.string().optional() }).optional(),
  s3: z.object({
    bucket: z.object({ name: Source.shape.bucket }),
    object: z.object({
      key: z.string().min(1).transform(decodeKey),
      size: Source.shape.size.optional(),
      eTag: z.string().optional(),
      versionId: z.string().optional(),
      sequencer: Source.shape.sequencer.optional(),
    }),
  }),
});
type S3Record = z.infer<typeof S3Record>;

const S3Notification = z.union([
  z.object({ Records: z.array(z.unknown()) }),
  z.object({ Event: z.literal("s3:TestEvent") }).transform(() => ({ Records: [] })),
]);

/** What an S3 notification holds for us: events to publish, names of events that are neither upload nor delete, faults. */
export interface Notified {
  events: ImageEvent[];
  ignored: string[];
  faults: string[];
}

/**
 * Decodes a notification, once; nothing past this sees an encoded key. A record that cannot be read is a fault of its
 * own and keeps no other from being published.
 *
 * @throws {Error} when it is no S3 notification at all
 */
export function toImageEvents(notification: unknown): Notified {
  const parsed = S3Notification.safeParse(notification);
  if (!parsed.success)
    throw new Error("the event is not an S3 notification: it has no Records and is no s3:TestEvent");
  const notified: Notified = { events: [], ignored: [], faults: [] };
  for (const [index, raw] of parsed.data.Records.entries()) {
    const record = S3Record.safeParse(raw);
    if (!record.success) notified.faults.push(`record ${index}: ${faultsOf(record.error)}`);
    else addEvent(notified, index, record.data);
  }
  return notified;
}

function addEvent(notified: Notified, index: number, record: S3Record): void {
  const { bucket, object } = record.s3;
  const occasion = { time: record.eventTime, correlationId: record.responseElements?.["x-amz-request-id"] };
  const name = record.eventName.replace(/^s3:/, "");
  const place = { bucket: bucket.name, key: object.key };
  const version = { versionId: object.versionId || null, sequencer: object.sequencer ?? null };
  if (name.startsWith("ObjectCreated:")) {
    if (!object.eTag || object.size === undefined) {
      notified.faults.push(`record ${index}: ${name} without eTag or size`);
      return;
    }
    const source = { ...place, ...version, eTag: object.eTag.replaceAll('"', ""), size: object.size };
    notified.events.push(imageUploaded(source, occasion));
  } else if (/^(ObjectRemoved|LifecycleExpiration):/.test(name)) {
    const deleteMarker = name.endsWith(":DeleteMarkerCreated");
    notified.events.push(imageDeleted({ ...place, ...version, deleteMarker }, occasion));
  } else {
    notified.ignored.push(name);
  }
}

/** S3 form-encodes keys in notifications: a space is `+`, and plus is `%2B`. */
function decodeKey(encoded: string, context: z.RefinementCtx): string {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    context.addIssue({ code: "custom", message: `key "${encoded}" is not form-encoded` });
    return z.NEVER;
  }
}

function toUtc(time: string, context: z.RefinementCtx): string {
  const date = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(time) ? time : `${time}Z`);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  context.addIssue({ code: "custom", message: `"${time}" is not a time` });
  return z.NEVER;
}

function faultsOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "record"}: ${issue.message}`).join("; ");
}
