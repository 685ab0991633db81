import { ImageEvent, toMessageBody } from "@image-pipeline/schema/events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toImageEvents } from "../src/to-image-events.ts";
import { encodeKey, s3Notification, s3Record } from "./s3-notification.ts";

/** Every key that S3 takes: text in UTF-8 of up to 1,024 bytes; and those that have broken pipelines before. */
const key = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 200 }).filter((text) => text.isWellFormed()),
  fc.constantFrom(
    "a b.jpg",
    "a+b.jpg",
    "a%20b.jpg",
    "100%.jpg",
    "a%2Fb.jpg",
    "../../etc/passwd",
    "a//b",
    "/",
    "é/日本語/🏔️.png",
    "e\u0301.png",
    "line\nbreak",
    "\u0000\u0001\u001f\u007f\ufffe",
    `"quoted" 'too' <&>`,
    "x".repeat(1024),
    "__proto__",
  ),
);

test("any key that S3 takes comes out as it was, through the notification and the message", () => {
  fc.assert(
    fc.property(key, (key) => {
      const { events, faults } = toImageEvents(s3Notification(s3Record({ object: { key: encodeKey(key) } })));
      expect(faults).toEqual([]);
      const [sent] = events.map((event) => ImageEvent.parse(JSON.parse(toMessageBody(event))));
      expect(sent).toMatchObject({ subject: key, data: { key } });
    }),
  );
});

test("a notification that comes twice gives the same messages, and another upload gives others", () => {
  const sequencer = fc.stringMatching(/^[0-9A-F]{1,20}$/);
  fc.assert(
    fc.property(key, sequencer, sequencer, (key, one, other) => {
      const idOf = (sequencer: string) =>
        toImageEvents(s3Notification(s3Record({ object: { key: encodeKey(key), sequencer } }))).events[0]?.id;
      expect(idOf(one)).toBe(idOf(one));
      if (one !== other) expect(idOf(one)).not.toBe(idOf(other));
    }),
  );
});

test("any input gives events, faults and ignored records for every record, or one clear error", () => {
  const record = fc.oneof(fc.anything(), fc.constant(s3Record()), fc.constant(s3Record({ eventName: "x" })));
  fc.assert(
    fc.property(fc.array(record, { maxLength: 8 }), (Records) => {
      const { events, ignored, faults } = toImageEvents({ Records });
      expect(events.length + ignored.length + faults.length).toBe(Records.length);
    }),
  );
});
