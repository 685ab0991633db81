import { randomUUID } from "node:crypto";
import { LOCAL_ACCOUNT_ID } from "../topology/topology.ts";
import type { ObjectChange } from "./s3-notification.ts";

/** The API that S3 names as the reason of an event, by the ending of the notification's name. */
const REASONS: Readonly<Record<string, string>> = {
  Put: "PutObject",
  Post: "POST Object",
  Copy: "CopyObject",
  Delete: "DeleteObject",
  DeleteMarkerCreated: "DeleteObject",
};

/** Returns a change in the form in which S3 sends it to EventBridge (docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html). */
export function toBridgedEvent({
  name,
  bucket,
  key,
  stored,
  sequencer,
  at,
  requestId,
  region,
}: ObjectChange) {
  const [kind = "", way = ""] = name.split(":");
  const isCreated = kind === "ObjectCreated";
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": isCreated ? "Object Created" : "Object Deleted",
    source: "aws.s3",
    account: LOCAL_ACCOUNT_ID,
    time: new Date(at).toISOString(),
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      "event-version": "1.2",
      bucket: { name: bucket },
      object: { key, ...(stored && { size: stored.size, etag: stored.eTag }), sequencer },
      "request-id": requestId,
      requester: LOCAL_ACCOUNT_ID,
      "source-ip-address": "127.0.0.1",
      reason: REASONS[way] ?? way,
      ...(!isCreated && {
        "deletion-type": way === "DeleteMarkerCreated" ? "Delete Marker Created" : "Permanently Deleted",
      }),
    },
  };
}
