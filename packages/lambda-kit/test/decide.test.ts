import type { ImageUploaded } from "@image-pipeline/schema";
import { deletion, processed, RECIPE, rejected, tombstone, upload } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { decideDeleted, decideUploaded, isOfRecipe, withKnownOrder } from "../src/decide.ts";

const STANDING = upload({ sequencer: "0055AED6DCD90281E5", eTag: "standing" });
const NEWER = upload({ sequencer: "0055AED6DCD90281E6FF", eTag: "other" });
const OLDER = upload({ sequencer: "0055AED6DCD9", eTag: "other" });
const SAME = upload({ sequencer: "0055AED6DCD90281E500", eTag: "standing" });

const EARLIER = "2025-12-31T00:00:00.000Z";

/** An event that has the manifest of the standing upload made again, as the audit sends it. */
function repair(event: ImageUploaded, updatedAt = processed(STANDING).updatedAt): ImageUploaded {
  return { ...event, data: { ...event.data, repairs: updatedAt } };
}

describe("an upload event", () => {
  test.each([
    ["no manifest", undefined, STANDING, "process"],
    ["an older upload, processed", processed(STANDING), NEWER, "process"],
    ["an older upload, rejected", rejected(STANDING), NEWER, "process"],
    ["itself, under another recipe", processed(STANDING, { recipe: "recipe-0" }), SAME, "process"],
    ["itself, processed", processed(STANDING), SAME, "duplicate"],
    ["itself, rejected", rejected(STANDING), SAME, "duplicate"],
    ["itself, and repairs this very manifest", processed(STANDING), repair(STANDING), "process"],
    [
      "itself, and repairs a manifest from before",
      processed(STANDING),
      repair(STANDING, EARLIER),
      "duplicate",
    ],
    ["a newer upload, and repairs that one's manifest", processed(STANDING), repair(OLDER), "stale"],
    ["a newer upload", processed(STANDING), OLDER, "stale"],
    ["a newer upload, whatever the recipe", processed(STANDING, { recipe: "recipe-0" }), OLDER, "stale"],
    ["an older tombstone", tombstone(deletion({ sequencer: "0055" })), STANDING, "process"],
    ["a newer tombstone", tombstone(deletion({ sequencer: "0056" })), STANDING, "resurrect-refused"],
    [
      "a tombstone of its own moment",
      tombstone(deletion({ sequencer: "10" })),
      upload(),
      "resurrect-refused",
    ],
  ])("that meets %s", (_name, manifest, event, decision) => {
    expect(decideUploaded(event, manifest, isOfRecipe(manifest, RECIPE))).toBe(decision);
  });

  test("of a sequencer that is longer, and so larger as a number, is still older by S3's order", () => {
    const standing = processed(upload({ sequencer: "0055AED6DD" }));
    expect(
      decideUploaded(upload({ sequencer: "0055AED6DCD90281E5" }), standing, isOfRecipe(standing, RECIPE)),
    ).toBe("stale");
  });
});

describe("an upload event that meets the tombstone of one version", () => {
  const grave = tombstone(deletion({ versionId: "v1", sequencer: "10" }), { versionOnly: true });
  const placeless = tombstone(deletion({ versionId: "v1", sequencer: null }), { versionOnly: true });
  const { eventTime: _unknown, ...unseen } = placeless;
  test.each([
    [
      "is refused when it is of that version",
      grave,
      upload({ versionId: "v1", sequencer: "10" }),
      "resurrect-refused",
    ],
    [
      "is refused when it is of an earlier version",
      grave,
      upload({ versionId: "v0", sequencer: "05" }),
      "resurrect-refused",
    ],
    ["lives when it is of a later version", grave, upload({ versionId: "v2", sequencer: "15" }), "process"],
    [
      "is refused when that version was never seen, and it is it",
      unseen,
      upload({ versionId: "v1" }),
      "resurrect-refused",
    ],
    [
      "lives when that version was never seen, and it is another",
      unseen,
      upload({ versionId: "v2" }),
      "process",
    ],
  ])("%s", (_name, manifest, event, decision) => {
    expect(decideUploaded(event, manifest, isOfRecipe(manifest, RECIPE))).toBe(decision);
  });
});

describe("a delete event", () => {
  test.each([
    ["no manifest", undefined, deletion(), "remove"],
    ["an older upload", processed(upload({ sequencer: "10" })), deletion({ sequencer: "20" }), "remove"],
    [
      "an older rejected upload",
      rejected(upload({ sequencer: "10" })),
      deletion({ sequencer: "20" }),
      "remove",
    ],
    ["a newer upload", processed(upload({ sequencer: "30" })), deletion({ sequencer: "20" }), "stale"],
    ["its own tombstone", tombstone(deletion()), deletion(), "duplicate"],
    ["an older tombstone", tombstone(deletion({ sequencer: "1" })), deletion(), "remove"],
    ["a newer tombstone", tombstone(deletion({ sequencer: "3" })), deletion(), "stale"],
    ["an upload of its own moment", processed(upload({ sequencer: "20" })), deletion(), "stale"],
  ])("that meets %s", (_name, manifest, event, decision) => {
    expect(decideDeleted(event, manifest)).toBe(decision);
  });
});

describe("the delete of one version for good", () => {
  const ofVersion = (versionId: string) => deletion({ versionId, sequencer: "90", deleteMarker: false });
  const grave = tombstone(deletion({ versionId: "v1" }), { versionOnly: true });
  test.each([
    [
      "removes the image made from that version",
      processed(upload({ versionId: "v1" })),
      ofVersion("v1"),
      "remove",
    ],
    [
      "leaves the image of another version alone",
      processed(upload({ versionId: "v2" })),
      ofVersion("v1"),
      "stale",
    ],
    ["leaves a tombstone where nothing is known yet", undefined, ofVersion("v1"), "remove"],
    ["that comes twice is a duplicate", grave, ofVersion("v1"), "duplicate"],
    ["of another version leaves a tombstone as it is", grave, ofVersion("v0"), "stale"],
    [
      "of a delete marker leaves the key dead",
      tombstone(deletion({ versionId: "m", deleteMarker: true })),
      ofVersion("m"),
      "stale",
    ],
  ])("%s", (_name, manifest, event, decision) => {
    expect(decideDeleted(event, manifest)).toBe(decision);
  });

  test("a delete marker is of the key, though it has a version", () => {
    const marker = deletion({ versionId: "m", deleteMarker: true });
    expect(decideDeleted(marker, processed(upload({ versionId: "v1" })))).toBe("remove");
  });
});

describe("without a sequencer", () => {
  const noon = "2026-01-01T12:00:00.000Z";
  const later = "2026-01-01T12:00:01.000Z";
  const earlier = "2026-01-01T11:59:59.000Z";
  const standing = processed(upload({ sequencer: null, eTag: "e1", time: noon }));
  test.each([
    ["the same eTag at the same time is a duplicate", upload({ sequencer: null, time: noon }), "duplicate"],
    [
      "the same time in another spelling is the same time",
      upload({ sequencer: null, time: "2026-01-01T12:00:00Z" }),
      "duplicate",
    ],
    [
      "the same eTag earlier, as a listing rounds it, is a duplicate",
      upload({ sequencer: null, time: earlier }),
      "duplicate",
    ],
    [
      "the same eTag later is a later upload of the same bytes",
      upload({ sequencer: null, time: later }),
      "process",
    ],
    ["another eTag later is newer", upload({ sequencer: null, eTag: "e2", time: later }), "process"],
    [
      "another eTag at the same time is read again, and the pinned read decides",
      upload({ sequencer: null, eTag: "e2", time: noon }),
      "process",
    ],
    ["another eTag earlier is stale", upload({ sequencer: null, eTag: "e2", time: earlier }), "stale"],
  ])("%s", (_name, event, decision) => {
    expect(decideUploaded(event, standing, isOfRecipe(standing, RECIPE))).toBe(decision);
  });

  test("the same version is the same upload, whenever the event says it was", () => {
    const manifest = processed(upload({ versionId: "v1", sequencer: "10", time: noon }));
    const event = upload({ versionId: "v1", sequencer: null, time: later });
    expect(decideUploaded(event, manifest, isOfRecipe(manifest, RECIPE))).toBe("duplicate");
  });

  test.each([
    ["later than a tombstone lives", later, "process"],
    ["earlier than a tombstone stays dead", earlier, "resurrect-refused"],
  ])("an upload %s", (_name, time, decision) => {
    const manifest = tombstone(deletion({ sequencer: null, time: noon }));
    expect(decideUploaded(upload({ sequencer: null, time }), manifest, isOfRecipe(manifest, RECIPE))).toBe(
      decision,
    );
  });

  test.each([
    ["later removes", later, "remove"],
    ["earlier is stale", earlier, "stale"],
  ])("a delete %s", (_name, time, decision) => {
    expect(decideDeleted(deletion({ sequencer: null, time }), standing)).toBe(decision);
  });

  test("a delete that comes twice is a duplicate", () => {
    const event = deletion({ sequencer: null, time: noon });
    expect(decideDeleted(event, tombstone(event))).toBe("duplicate");
  });
});

describe("an upload event of a backfill, which knows no sequencer", () => {
  test("takes over the order of the upload it is about", () => {
    const live = upload({ versionId: "v1", sequencer: "10", time: "2026-01-01T12:00:00.123Z" });
    const backfill = upload({ versionId: "v1", sequencer: null, time: "2026-01-01T12:00:00.000Z" });
    const { time, data } = withKnownOrder(backfill, processed(live));
    expect({ time, sequencer: data.sequencer }).toEqual({ time: live.time, sequencer: "10" });
  });

  test("keeps its own where the manifest is of another upload", () => {
    const backfill = upload({ eTag: "e2", sequencer: null });
    expect(withKnownOrder(backfill, processed(upload({ eTag: "e1" })))).toBe(backfill);
  });
});
