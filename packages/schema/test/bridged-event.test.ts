import { describe, expect, test } from "vitest";
import { BridgedEvent, isBridged, toNotifiedObjects } from "../src/aws.ts";

/** The examples of docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html. */
const CREATED = {
  version: "0",
  id: "17793124-05d4-b198-2fde-7ededc63b103",
  "detail-type": "Object Created",
  source: "aws.s3",
  account: "111122223333",
  time: "2021-11-12T00:00:00Z",
  region: "ca-central-1",
  resources: ["arn:aws:s3:::amzn-s3-demo-bucket1"],
  detail: {
    version: "0",
    "event-version": "1.0",
    bucket: { name: "amzn-s3-demo-bucket1" },
    object: {
      key: "example-key",
      size: 5,
      etag: "b1946ac92492d2347c6235b4d2611184",
      "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
      sequencer: "617f08299329d189",
    },
    "request-id": "N4N7GDK58NMKJ12R",
    requester: "123456789012",
    "source-ip-address": "1.2.3.4",
    reason: "PutObject",
  },
};
const DELETED = {
  ...CREATED,
  id: "2ee9cc15-d022-99ea-1fb8-1b1bac4850f9",
  "detail-type": "Object Deleted",
  detail: {
    version: "0",
    bucket: { name: "amzn-s3-demo-bucket1" },
    object: {
      key: "example-key",
      etag: "d41d8cd98f00b204e9800998ecf8427e",
      "version-id": "1QW9g1Z99LUNbvaaYVpW9xDlOLU.qxgF",
      sequencer: "617f0837b476e463",
    },
    "request-id": "0BH729840619AG5K",
    requester: "123456789012",
    "source-ip-address": "1.2.3.4",
    reason: "DeleteObject",
    "deletion-type": "Delete Marker Created",
  },
};
const EXPIRED = {
  ...CREATED,
  id: "ad1de317-e409-eba2-9552-30113f8d88e3",
  "detail-type": "Object Deleted",
  detail: {
    version: "0",
    "event-version": "1.1",
    bucket: { name: "amzn-s3-demo-bucket1" },
    object: {
      key: "example-key",
      etag: "d41d8cd98f00b204e9800998ecf8427e",
      "version-id": "mtB0cV.jejK63XkRNceanNMC.qXPWLeK",
      sequencer: "617b398000000000",
    },
    "request-id": "20EB74C14654DC47",
    requester: "s3.amazonaws.com",
    reason: "Lifecycle Expiration",
    "deletion-type": "Delete Marker Created",
  },
};

const changed = (event: { detail: object }, detail: object) => ({
  ...event,
  detail: { ...event.detail, ...detail },
});

describe("an event that S3 sends to EventBridge", () => {
  test("becomes the record of a notification, with the object's whole identity", () => {
    expect(BridgedEvent.parse(CREATED)).toEqual({
      eventName: "ObjectCreated:PutObject",
      eventTime: "2021-11-12T00:00:00.000Z",
      responseElements: { "x-amz-request-id": "N4N7GDK58NMKJ12R" },
      s3: {
        bucket: { name: "amzn-s3-demo-bucket1" },
        object: {
          key: "example-key",
          size: 5,
          eTag: "b1946ac92492d2347c6235b4d2611184",
          versionId: "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
          sequencer: "617f08299329d189",
        },
      },
    });
  });

  test.each([
    ["a delete marker", DELETED, "ObjectRemoved:DeleteMarkerCreated"],
    [
      "a deleted version",
      changed(DELETED, { "deletion-type": "Permanently Deleted" }),
      "ObjectRemoved:Delete",
    ],
    ["a delete marker of a lifecycle", EXPIRED, "LifecycleExpiration:DeleteMarkerCreated"],
    [
      "a version that a lifecycle deleted",
      changed(EXPIRED, { "deletion-type": "Permanently Deleted" }),
      "LifecycleExpiration:Delete",
    ],
    [
      "a restored object",
      { ...CREATED, "detail-type": "Object Restore Completed" },
      "Object Restore Completed",
    ],
  ])("has the name of the notification for %s", (_what, event, name) => {
    expect(BridgedEvent.parse(event).eventName).toBe(name);
  });

  test("keeps its key as it is: EventBridge's are not encoded", () => {
    const event = changed(CREATED, { object: { ...CREATED.detail.object, key: "a+b %2B.jpg" } });
    expect(BridgedEvent.parse(event).s3.object.key).toBe("a+b %2B.jpg");
    expect(toNotifiedObjects(event)).toMatchObject([{ key: "a+b %2B.jpg", sequencer: "617f08299329d189" }]);
  });

  test.each([
    ["another major version", { "event-version": "2.0" }],
    ["an unknown kind of deletion", { "deletion-type": "Archived" }],
    ["no object", { object: undefined }],
  ])("is rejected with %s", (_what, detail) => {
    expect(BridgedEvent.safeParse(changed(DELETED, detail)).success).toBe(false);
  });

  test("is rejected if another service sent it", () => {
    expect(BridgedEvent.safeParse({ ...CREATED, source: "our.app" }).success).toBe(false);
  });

  test("differs from a notification by its detail-type, even if nothing else is right", () => {
    expect([{ "detail-type": "Object Created" }, { Records: [] }, null, "text"].map(isBridged)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(toNotifiedObjects({ "detail-type": "Object Created" })).toEqual([]);
  });
});
