import { BridgedEvent } from "@image-pipeline/schema/aws";
import { expect, it } from "vitest";
import { toBridgedEvent } from "../../src/s3-proxy/bridged-event.ts";
import type { ObjectChange } from "../../src/s3-proxy/s3-notification.ts";

const CHANGE: Omit<ObjectChange, "name"> = {
  bucket: "uploads",
  key: "a b+100%.jpg",
  sequencer: "0055AED6DCD90281E5",
  at: 0,
  requestId: "REQUEST",
  region: "eu-central-1",
};
const stored = { size: 5, eTag: "abc", modifiedAt: 0 };

it("an upload's event has the key as it is, and the object's identity", () => {
  const { s3, responseElements, eventTime } = BridgedEvent.parse(
    toBridgedEvent({ ...CHANGE, name: "ObjectCreated:Put", stored }),
  );
  expect(s3).toEqual({
    bucket: { name: "uploads" },
    object: { key: "a b+100%.jpg", size: 5, eTag: "abc", sequencer: "0055AED6DCD90281E5" },
  });
  expect([responseElements, eventTime]).toEqual([
    { "x-amz-request-id": "REQUEST" },
    "1970-01-01T00:00:00.000Z",
  ]);
});

it.each([
  ["ObjectCreated:Put", "Object Created", "PutObject", undefined],
  ["ObjectCreated:Post", "Object Created", "POST Object", undefined],
  ["ObjectCreated:Copy", "Object Created", "CopyObject", undefined],
  ["ObjectCreated:CompleteMultipartUpload", "Object Created", "CompleteMultipartUpload", undefined],
  ["ObjectRemoved:Delete", "Object Deleted", "DeleteObject", "Permanently Deleted"],
  ["ObjectRemoved:DeleteMarkerCreated", "Object Deleted", "DeleteObject", "Delete Marker Created"],
] as const)(
  "%s has the type, the reason and the kind of deletion that S3 gives it",
  (name, type, reason, kind) => {
    const event = toBridgedEvent({ ...CHANGE, name });
    expect([event["detail-type"], event.detail.reason, event.detail["deletion-type"]]).toEqual([
      type,
      reason,
      kind,
    ]);
  },
);
