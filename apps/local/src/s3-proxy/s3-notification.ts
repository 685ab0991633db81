import { encodeUri } from "../net/encode-uri.ts";
import type { Notification } from "../topology/topology.ts";
import type { Stored } from "./stored-object.ts";

/** A record of an S3 event (docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html). */
export interface S3EventRecord {
  eventVersion: string;
  eventSource: "aws:s3";
  awsRegion: string;
  eventTime: string;
  eventName: string;
  userIdentity: { principalId: string };
  requestParameters: { sourceIPAddress: string };
  responseElements: { "x-amz-request-id": string; "x-amz-id-2": string };
  s3: {
    s3SchemaVersion: "1.0";
    configurationId: string;
    bucket: { name: string; ownerIdentity: { principalId: string }; arn: string };
    object: { key: string; size?: number; eTag?: string; sequencer: string };
  };
}

/** A change of an object, before it is matched with notifications; `stored` is missing after a delete. */
export interface ObjectChange {
  name: `Object${"Created" | "Removed"}:${string}`;
  bucket: string;
  key: string;
  stored?: Stored;
  sequencer: string;
  /** Milliseconds since 1970. */
  at: number;
  requestId: string;
  region: string;
}

const PRINCIPAL = "LOCAL";

/** Returns true if a notification includes this change, by event name (`*` for any ending) and decoded key. */
export function isWanted(
  rule: Notification,
  { name, bucket, key }: Pick<ObjectChange, "name" | "bucket" | "key">,
): boolean {
  return (
    rule.bucket === bucket &&
    key.startsWith(rule.prefix) &&
    key.endsWith(rule.suffix) &&
    rule.events.some((event) =>
      event.endsWith("*") ? `s3:${name}`.startsWith(event.slice(0, -1)) : event === `s3:${name}`,
    )
  );
}

export function toRecord(rule: Pick<Notification, "id">, change: ObjectChange): S3EventRecord {
  const { name, bucket, key, stored, sequencer, at, requestId, region } = change;
  return {
    eventVersion: "2.6",
    eventSource: "aws:s3",
    awsRegion: region,
    eventTime: new Date(at).toISOString(),
    eventName: name,
    userIdentity: { principalId: PRINCIPAL },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: { "x-amz-request-id": requestId, "x-amz-id-2": requestId },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: rule.id,
      bucket: { name: bucket, ownerIdentity: { principalId: PRINCIPAL }, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: formEncode(key),
        ...(stored && { size: stored.size, eTag: stored.eTag }),
        sequencer,
      },
    },
  };
}

/** Encodes a key as events hold it: a space is `+`, a plus `%2B`, and a slash stays. */
function formEncode(key: string): string {
  return encodeUri(key).replaceAll("%20", "+").replaceAll("%2F", "/");
}
