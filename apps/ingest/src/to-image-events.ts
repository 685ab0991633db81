import {
  BridgedEvent,
  isBridged,
  NotificationRecord,
  S3Notification,
  type S3Record,
} from "@image-pipeline/schema/aws";
import { type ImageEvent, type ImageIds, imageDeleted, imageUploaded } from "@image-pipeline/schema/events";
import { toImageId } from "@image-pipeline/schema/keys";
import type * as z from "zod";

/** The content of an S3 notification, or of an event that S3 sent to EventBridge. */
export interface Notified {
  /** Events to publish. */
  events: ImageEvent[];
  /** Names of S3 events that are neither an upload nor a delete, and their objects. */
  ignored: { name: string; ids: ImageIds }[];
  /** Faults of records that cannot be read. */
  faults: string[];
}

/**
 * Decodes a notification or an event of EventBridge; no code after this sees an encoded key. A record that cannot be read is
 * a fault, and the others are still returned.
 *
 * @throws {Error} when it is neither of them
 */
export function toImageEvents(notification: unknown): Notified {
  const notified: Notified = { events: [], ignored: [], faults: [] };
  for (const [index, record] of parseRecords(notification).entries()) {
    if (!record.success) notified.faults.push(`record ${index}: ${faultsOf(record.error)}`);
    else addEvent(notified, index, record.data);
  }
  return notified;
}

function parseRecords(notification: unknown): z.ZodSafeParseResult<S3Record>[] {
  if (isBridged(notification)) return [BridgedEvent.safeParse(notification)];
  const parsed = S3Notification.safeParse(notification);
  if (!parsed.success)
    throw new Error(
      "the event is not from S3: it has no Records, is not s3:TestEvent, and EventBridge did not send it",
    );
  return parsed.data.Records.map((record) => NotificationRecord.safeParse(record));
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
    const ids = { key: object.key, imageId: toImageId(bucket.name, object.key) };
    const { correlationId } = occasion;
    notified.ignored.push({ name, ids: { ...ids, ...(correlationId && { correlationId }) } });
  }
}

function faultsOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "record"}: ${issue.message}`).join("; ");
}
