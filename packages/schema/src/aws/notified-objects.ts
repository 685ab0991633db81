import * as z from "zod";
import { isBridged } from "./bridged-event.ts";
import { decodeKey, S3Notification } from "./s3-notification.ts";

const ObjectName = z.object({ key: z.string(), sequencer: z.string().nullish() });
const BucketName = z.object({ name: z.string() }).optional().catch(undefined);
const RequestId = z.string().optional().catch(undefined);

const NamedObject = z.object({
  s3: z.object({ bucket: BucketName, object: ObjectName }),
  responseElements: z.object({ "x-amz-request-id": RequestId }).optional().catch(undefined),
});

const BridgedObject = z.object({
  detail: z.object({ bucket: BucketName, object: ObjectName, "request-id": RequestId }),
});

/** An object, the bucket that it is in, and the id of the request that changed it; undefined if the message does not say. */
interface NotifiedObject {
  key: string;
  sequencer: string | null;
  bucket?: string | undefined;
  requestId?: string | undefined;
}

/**
 * Returns the objects that a notification or an event of EventBridge is about, even if it is invalid otherwise; none for any
 * other message.
 */
export function toNotifiedObjects(notification: unknown): NotifiedObject[] {
  if (isBridged(notification)) {
    const { data } = BridgedObject.safeParse(notification);
    if (!data) return [];
    const { object, bucket, "request-id": requestId } = data.detail;
    return [{ key: object.key, sequencer: object.sequencer ?? null, bucket: bucket?.name, requestId }];
  }
  const { Records = [] } = S3Notification.safeParse(notification).data ?? {};
  return Records.flatMap((record) => {
    const { data } = NamedObject.safeParse(record);
    if (!data) return [];
    const { bucket, object } = data.s3;
    const requestId = data.responseElements?.["x-amz-request-id"];
    const sequencer = object.sequencer ?? null;
    return [{ key: tryDecodeKey(object.key), sequencer, bucket: bucket?.name, requestId }];
  });
}

function tryDecodeKey(encoded: string): string {
  try {
    return decodeKey(encoded);
  } catch {
    return encoded;
  }
}
