import * as z from "zod";
import { isBridged } from "./bridged-event.ts";
import { decodeKey, S3Notification } from "./s3-notification.ts";

const NamedObject = z.object({
  s3: z.object({ object: z.object({ key: z.string(), sequencer: z.string().nullish() }) }),
});

const BridgedObject = z.object({
  detail: z.object({ object: z.object({ key: z.string(), sequencer: z.string().nullish() }) }),
});

interface NotifiedObject {
  key: string;
  sequencer: string | null;
}

/**
 * Returns the objects that a notification or an event of EventBridge is about, even if it is invalid otherwise; none for any
 * other message.
 */
export function toNotifiedObjects(notification: unknown): NotifiedObject[] {
  if (isBridged(notification)) {
    const object = BridgedObject.safeParse(notification).data?.detail.object;
    return object ? [{ key: object.key, sequencer: object.sequencer ?? null }] : [];
  }
  const { Records = [] } = S3Notification.safeParse(notification).data ?? {};
  return Records.flatMap((record) => {
    const object = NamedObject.safeParse(record).data?.s3.object;
    return object ? [{ key: tryDecodeKey(object.key), sequencer: object.sequencer ?? null }] : [];
  });
}

function tryDecodeKey(encoded: string): string {
  try {
    return decodeKey(encoded);
  } catch {
    return encoded;
  }
}
