import { describe, expect, test } from "vitest";
import type { ImageUploaded } from "../src/events.ts";
import {
  decideDeleted,
  decideUploaded,
  type ImageDocument,
  isMadeWith,
  toTombstoneOrder,
  withKnownOrder,
} from "../src/processing.ts";
import { deletion, documentOf, RECIPE, tombstone, upload } from "./image-documents.ts";

const CURRENT = upload({ sequencer: "0055AED6DCD90281E5", eTag: "current" });
const NEWER = upload({ sequencer: "0055AED6DCD90281E6FF", eTag: "other" });
const OLDER = upload({ sequencer: "0055AED6DCD9", eTag: "other" });
const SAME = upload({ sequencer: "0055AED6DCD90281E500", eTag: "current" });

const PROCESSED = documentOf(CURRENT);
const REJECTED = documentOf(CURRENT, "rejected");
const OF_OTHER_RECIPE = documentOf(CURRENT, "processed", "recipe-0");
const EARLIER = "2025-12-31T00:00:00.000Z";

function decide(event: ImageUploaded, manifest: ImageDocument | undefined) {
  return decideUploaded(event, manifest, isMadeWith(manifest, RECIPE));
}

/** Builds an event that repairs a manifest, as the audit sends it. */
function repair(event: ImageUploaded, updatedAt = PROCESSED.updatedAt): ImageUploaded {
  return { ...event, data: { ...event.data, repairs: updatedAt } };
}

describe("decideUploaded", () => {
  test.each([
    ["process", "without a manifest", undefined, CURRENT],
    ["process", "after an older upload was processed", PROCESSED, NEWER],
    ["process", "after an older upload was rejected", REJECTED, NEWER],
    ["process", "for the same upload under another recipe", OF_OTHER_RECIPE, SAME],
    ["duplicate", "for the same upload, processed", PROCESSED, SAME],
    ["duplicate", "for the same upload, rejected", REJECTED, SAME],
    ["process", "for a repair of the current manifest", PROCESSED, repair(CURRENT)],
    ["duplicate", "for a repair of an earlier manifest", PROCESSED, repair(CURRENT, EARLIER)],
    ["stale", "for a repair after a newer upload", PROCESSED, repair(OLDER)],
    ["stale", "after a newer upload", PROCESSED, OLDER],
    ["stale", "after a newer upload under another recipe", OF_OTHER_RECIPE, OLDER],
    ["process", "after an older deletion", tombstone(deletion({ sequencer: "0055" })), CURRENT],
    ["resurrect-refused", "after a newer deletion", tombstone(deletion({ sequencer: "0056" })), CURRENT],
    [
      "resurrect-refused",
      "for the sequencer of the deletion",
      tombstone(deletion({ sequencer: "10" })),
      upload(),
    ],
  ])("returns %s %s", (decision, _when, manifest, event) => {
    expect(decide(event, manifest)).toBe(decision);
  });

  test("returns stale for a sequencer that is longer, hence larger as a number, but older in S3's order", () => {
    const manifest = documentOf(upload({ sequencer: "0055AED6DD" }));
    expect(decide(upload({ sequencer: "0055AED6DCD90281E5" }), manifest)).toBe("stale");
  });
});

describe("decideUploaded, after one version was deleted permanently", () => {
  const versionDeletion = deletion({ versionId: "v1", sequencer: "90", deleteMarker: false });
  const known = documentOf(upload({ versionId: "v1", sequencer: "10" }));
  const { updatedAt } = known;
  const afterUpload = { status: "deleted" as const, ...toTombstoneOrder(versionDeletion, known), updatedAt };
  const withoutUpload = tombstone(versionDeletion);
  test.each([
    ["resurrect-refused", "for that version", afterUpload, upload({ versionId: "v1", sequencer: "10" })],
    [
      "resurrect-refused",
      "for an earlier version",
      afterUpload,
      upload({ versionId: "v0", sequencer: "05" }),
    ],
    ["process", "for a later version", afterUpload, upload({ versionId: "v2", sequencer: "15" })],
    [
      "resurrect-refused",
      "for that version, if its upload was unknown",
      withoutUpload,
      upload({ versionId: "v1" }),
    ],
    [
      "process",
      "for another version, if that upload was unknown",
      withoutUpload,
      upload({ versionId: "v2" }),
    ],
  ])("returns %s %s", (decision, _when, manifest, event) => {
    expect(decide(event, manifest)).toBe(decision);
  });
});

describe("decideDeleted", () => {
  test.each([
    ["remove", "without a manifest", undefined, deletion()],
    ["remove", "after an older upload", documentOf(upload({ sequencer: "10" })), deletion()],
    [
      "remove",
      "after an older upload was rejected",
      documentOf(upload({ sequencer: "10" }), "rejected"),
      deletion(),
    ],
    ["stale", "after a newer upload", documentOf(upload({ sequencer: "30" })), deletion()],
    ["duplicate", "for the same deletion", tombstone(deletion()), deletion()],
    ["remove", "after an older deletion", tombstone(deletion({ sequencer: "1" })), deletion()],
    ["stale", "after a newer deletion", tombstone(deletion({ sequencer: "3" })), deletion()],
    ["stale", "for the sequencer of an upload", documentOf(upload({ sequencer: "20" })), deletion()],
  ])("returns %s %s", (decision, _when, manifest, event) => {
    expect(decideDeleted(event, manifest)).toBe(decision);
  });
});

describe("decideDeleted, for the permanent deletion of one version", () => {
  const ofVersion = (versionId: string) => deletion({ versionId, sequencer: "90", deleteMarker: false });
  test.each([
    [
      "remove",
      "if the manifest is of that version",
      documentOf(upload({ versionId: "v1" })),
      ofVersion("v1"),
    ],
    [
      "stale",
      "if the manifest is of another version",
      documentOf(upload({ versionId: "v2" })),
      ofVersion("v1"),
    ],
    ["remove", "without a manifest", undefined, ofVersion("v1")],
    ["duplicate", "for the same deletion", tombstone(ofVersion("v1")), ofVersion("v1")],
    ["stale", "if the tombstone is of another version", tombstone(ofVersion("v1")), ofVersion("v0")],
    [
      "stale",
      "for a delete marker's version",
      tombstone(deletion({ versionId: "m", deleteMarker: true })),
      ofVersion("m"),
    ],
  ])("returns %s %s", (decision, _when, manifest, event) => {
    expect(decideDeleted(event, manifest)).toBe(decision);
  });

  test("treats a delete marker as the deletion of the key, though it has a version", () => {
    const marker = deletion({ versionId: "m", deleteMarker: true });
    expect(decideDeleted(marker, documentOf(upload({ versionId: "v1" })))).toBe("remove");
  });
});

describe("events without a sequencer", () => {
  const noon = "2026-01-01T12:00:00.000Z";
  const later = "2026-01-01T12:00:01.000Z";
  const earlier = "2026-01-01T11:59:59.000Z";
  const current = documentOf(upload({ sequencer: null, eTag: "e1", time: noon }));
  test.each([
    ["duplicate", "the same eTag and time", upload({ sequencer: null, time: noon })],
    [
      "duplicate",
      "the same time, spelled otherwise",
      upload({ sequencer: null, time: "2026-01-01T12:00:00Z" }),
    ],
    [
      "duplicate",
      "the same eTag and an earlier time, as listings round",
      upload({ sequencer: null, time: earlier }),
    ],
    ["process", "the same eTag and a later time", upload({ sequencer: null, time: later })],
    ["process", "another eTag and a later time", upload({ sequencer: null, eTag: "e2", time: later })],
    ["process", "another eTag and the same time", upload({ sequencer: null, eTag: "e2", time: noon })],
    ["stale", "another eTag and an earlier time", upload({ sequencer: null, eTag: "e2", time: earlier })],
  ])("give %s for %s", (decision, _when, event) => {
    expect(decide(event, current)).toBe(decision);
  });

  test("are the same upload if the version is the same, at any time", () => {
    const manifest = documentOf(upload({ versionId: "v1", sequencer: "10", time: noon }));
    expect(decide(upload({ versionId: "v1", sequencer: null, time: later }), manifest)).toBe("duplicate");
  });

  test.each([
    ["process", "later than the deletion", later],
    ["resurrect-refused", "earlier than the deletion", earlier],
  ])("give %s for an upload %s", (decision, _when, time) => {
    const manifest = tombstone(deletion({ sequencer: null, time: noon }));
    expect(decide(upload({ sequencer: null, time }), manifest)).toBe(decision);
  });

  test.each([
    ["remove", "later than the upload", later],
    ["stale", "earlier than the upload", earlier],
  ])("give %s for a deletion %s", (decision, _when, time) => {
    expect(decideDeleted(deletion({ sequencer: null, time }), current)).toBe(decision);
  });

  test("give duplicate for a deletion that is delivered twice", () => {
    const event = deletion({ sequencer: null, time: noon });
    expect(decideDeleted(event, tombstone(event))).toBe("duplicate");
  });
});

describe("withKnownOrder", () => {
  test("gives the event of a backfill the sequencer and time of its upload", () => {
    const live = upload({ versionId: "v1", sequencer: "10", time: "2026-01-01T12:00:00.123Z" });
    const backfill = upload({ versionId: "v1", sequencer: null, time: "2026-01-01T12:00:00.000Z" });
    const { time, data } = withKnownOrder(backfill, documentOf(live));
    expect({ time, sequencer: data.sequencer }).toEqual({ time: live.time, sequencer: "10" });
  });

  test("returns the event as it is if the manifest is of another upload", () => {
    const backfill = upload({ eTag: "e2", sequencer: null });
    expect(withKnownOrder(backfill, documentOf(upload({ eTag: "e1" })))).toBe(backfill);
  });
});
