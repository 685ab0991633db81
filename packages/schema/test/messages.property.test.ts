import fc from "fast-check";
import { expect, test } from "vitest";
import { ImageEvent, imageDeleted, imageUploaded, toMessageBody } from "../src/events.ts";

const source = fc.record({
  bucket: fc.constant("uploads"),
  key: fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
  eTag: fc.string({ minLength: 1 }),
  versionId: fc.option(fc.string({ minLength: 1 })),
  size: fc.nat(),
  sequencer: fc.option(fc.stringMatching(/^[0-9A-F]{16,32}$/)),
});
const time = "2026-01-01T00:00:00.000Z";

test("any key survives the message body, which holds only characters that SQS takes", () => {
  fc.assert(
    fc.property(source, (upload) => {
      const event = imageUploaded(upload, { time });
      const body = toMessageBody(event);
      expect(body).toMatch(/^[\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
      expect(ImageEvent.parse(JSON.parse(body))).toEqual(event);
    }),
  );
});

test("the same upload gives the same id for any request id", () => {
  fc.assert(
    fc.property(source, fc.string({ minLength: 1 }), (upload, correlationId) => {
      expect(imageUploaded(upload, { time, correlationId }).id).toBe(imageUploaded(upload, { time }).id);
    }),
  );
});

test("an upload and a delete with the same sequencer are different messages", () => {
  fc.assert(
    fc.property(source, (upload) => {
      const removal = imageDeleted({ ...upload, deleteMarker: false }, { time });
      expect(removal.id).not.toBe(imageUploaded(upload, { time }).id);
    }),
  );
});
