import * as z from "zod";
import { decodeKey, S3Notification } from "./s3-notification.ts";

const NamedObject = z.object({
  s3: z.object({ object: z.object({ key: z.string(), sequencer: z.string().nullish() }) }),
});

/** Returns the objects that a notification is about, even if its records are invalid; none for any other message. */
export function toNotifiedObjects(notification: unknown): { key: string; sequencer: string | null }[] {
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
