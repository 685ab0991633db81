import { describe, expect, test } from "vitest";
import { toImageEvents } from "../src/to-image-events.ts";
import { bridgedEvent, s3Notification, s3Record, TEST_EVENT } from "./s3-notification.ts";

describe("uploads", () => {
  test.each(["Put", "Post", "Copy", "CompleteMultipartUpload"])(
    "an object made by %s is an uploaded image",
    (way) => {
      const { events, ignored, faults } = toImageEvents(
        s3Notification(s3Record({ eventName: `ObjectCreated:${way}` })),
      );
      expect(events.map(({ type }) => type)).toEqual(["image.uploaded"]);
      expect({ ignored, faults }).toEqual({ ignored: [], faults: [] });
    },
  );

  test("carry the source's whole identity, its decoded key, and S3's request id to find it by", () => {
    const { events } = toImageEvents(s3Notification(s3Record()));
    expect(events[0]).toMatchObject({
      source: "s3://uploads",
      subject: "photos/a b.jpg",
      time: "2026-01-01T12:00:00.000Z",
      data: {
        bucket: "uploads",
        key: "photos/a b.jpg",
        eTag: "d41d8cd98f00b204e9800998ecf8427e",
        versionId: "096fKKXTRTtl3on89fVO.nfljtsv6qko",
        size: 1234,
        sequencer: "0055AED6DCD90281E5",
        lane: "live",
        correlationId: "C3D13FE58DE4C810",
      },
    });
  });

  test("without a version or a sequencer have null for it", () => {
    const object = { versionId: undefined, sequencer: undefined };
    const { events } = toImageEvents(s3Notification(s3Record({ object })));
    expect(events[0]?.data).toMatchObject({ versionId: null, sequencer: null });
  });

  test("lose the quotes that some senders put around an eTag", () => {
    const { events } = toImageEvents(s3Notification(s3Record({ object: { eTag: '"abc"' } })));
    expect(events[0]?.data).toMatchObject({ eTag: "abc" });
  });

  test.each(["eTag", "size"])("without %s are a fault, as they could not be read pinned", (field) => {
    const { events, faults } = toImageEvents(s3Notification(s3Record({ object: { [field]: undefined } })));
    expect(events).toEqual([]);
    expect(faults).toEqual(["record 0: ObjectCreated:Put without eTag or size"]);
  });
});

describe("deletes", () => {
  test.each([
    ["ObjectRemoved:Delete", false],
    ["ObjectRemoved:DeleteMarkerCreated", true],
    ["LifecycleExpiration:Delete", false],
    ["LifecycleExpiration:DeleteMarkerCreated", true],
  ])("%s is a deleted image", (eventName, deleteMarker) => {
    const object = { eTag: undefined, size: undefined };
    const { events } = toImageEvents(s3Notification(s3Record({ eventName, object })));
    expect(events).toMatchObject([{ type: "image.deleted", data: { deleteMarker } }]);
  });
});

test("empty fields count as fields that are not there", () => {
  const object = { eTag: "", versionId: "" };
  const { events } = toImageEvents(s3Notification(s3Record({ eventName: "ObjectRemoved:Delete", object })));
  expect(events).toMatchObject([{ type: "image.deleted", data: { versionId: null } }]);
});

describe("event versions", () => {
  test.each(["2.0", "2.1", "2.6", "2.99"])("%s is understood, unknown fields and all", (eventVersion) => {
    const record = { ...s3Record({ eventVersion }), glacierEventData: {}, somethingNew: 1 };
    expect(toImageEvents(s3Notification(record)).events).toHaveLength(1);
  });

  test.each(["3.0", "20.1", "1.9", "2"])("%s is refused", (eventVersion) => {
    const { events, faults } = toImageEvents(s3Notification(s3Record({ eventVersion })));
    expect(events).toEqual([]);
    expect(faults).toEqual(["record 0: eventVersion: unknown event version: must be 2.x"]);
  });
});

describe("an event of EventBridge", () => {
  const object = { key: "photos/a b.jpg" };

  test("is the same image event as the notification of that upload, except for its correlation", () => {
    const [notified] = toImageEvents(s3Notification(s3Record())).events;
    const [bridged] = toImageEvents(bridgedEvent({ detail: { object } })).events;
    expect(bridged).toEqual({ ...notified, data: { ...notified?.data, correlationId: "N4N7GDK58NMKJ12R" } });
  });

  test.each(["Delete Marker Created", "Permanently Deleted"])(
    "of an object that a lifecycle expired (%s) is a deleted image",
    (deletion) => {
      const detail = { object, reason: "Lifecycle Expiration", "deletion-type": deletion };
      const { events } = toImageEvents(bridgedEvent({ "detail-type": "Object Deleted", detail }));
      const deleteMarker = deletion === "Delete Marker Created";
      expect(events).toMatchObject([
        { type: "image.deleted", data: { key: "photos/a b.jpg", deleteMarker } },
      ]);
    },
  );

  test("of another type is named, not published", () => {
    const tagged = bridgedEvent({ "detail-type": "Object Tags Added" });
    expect(toImageEvents(tagged)).toMatchObject({
      events: [],
      ignored: [{ name: "Object Tags Added" }],
      faults: [],
    });
  });

  test("that cannot be read is a fault", () => {
    const { events, faults } = toImageEvents(bridgedEvent({ detail: { object: { key: "" } } }));
    expect(events).toEqual([]);
    expect(faults).toEqual([expect.stringMatching(/^record 0: detail.object.key: /)]);
  });
});

describe("several records", () => {
  test("keep their order, and a bad one in the middle keeps none of the others back", () => {
    const { events, faults } = toImageEvents(
      s3Notification(
        s3Record({ object: { key: "first" } }),
        s3Record({ object: { key: "%E0%A4%A" } }),
        s3Record({ object: { key: "last" } }),
      ),
    );
    expect(events.map(({ subject }) => subject)).toEqual(["first", "last"]);
    expect(faults).toEqual(['record 1: s3.object.key: key "%E0%A4%A" is not form-encoded']);
  });

  test.each([
    ["that is no object", 7],
    ["with a sequencer that is not hexadecimal", s3Record({ object: { sequencer: "not hex" } })],
    ["with a time that is none", s3Record({ eventTime: "yesterday" })],
    ["with an empty key", s3Record({ object: { key: "" } })],
  ])("a record %s is a fault", (_name, record) => {
    expect(toImageEvents(s3Notification(record))).toMatchObject({
      events: [],
      faults: [expect.stringMatching(/^record 0: /)],
    });
  });
});

describe("input without image events", () => {
  test("s3:TestEvent gives nothing, and no fault", () => {
    expect(toImageEvents(TEST_EVENT)).toEqual({ events: [], ignored: [], faults: [] });
  });

  test.each(["ObjectTagging:Put", "ObjectAcl:Put", "ObjectRestore:Completed", "LifecycleTransition"])(
    "%s is named, not published",
    (eventName) => {
      const object = { sequencer: undefined };
      const { events, ignored } = toImageEvents(s3Notification(s3Record({ eventName, object })));
      expect({ events, ignored }).toMatchObject({ events: [], ignored: [{ name: eventName }] });
    },
  );

  test.each([[{}], [null], [[]], ["text"], [{ detail: { object: { key: "a" } } }]])(
    "%j is refused",
    (notification) => {
      expect(() => toImageEvents(notification)).toThrow("not from S3");
    },
  );
});

test("a time without a zone is UTC, as S3 means it", () => {
  const { events } = toImageEvents(s3Notification(s3Record({ eventTime: "2026-01-01T12:00:00.5" })));
  expect(events[0]?.time).toBe("2026-01-01T12:00:00.500Z");
});
