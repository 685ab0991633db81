import type { ExistingSource } from "@image-pipeline/audit";
import { toDeleteEvent, toUploadEvent } from "@image-pipeline/audit/events";
// The worker's own decisions, which are pure: what a backfill event does is up to them.
import type { Manifest } from "@image-pipeline/schema/manifest";
import { decideDeleted, decideUploaded, isMadeWith } from "@image-pipeline/schema/processing";
import {
  aSource,
  deletion,
  processed,
  RECIPE,
  tombstone,
  toSequencer,
  UPLOADS,
  upload,
} from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";

const at = (time: string) => new Date(`2026-01-01T${time}Z`);
const STANDING: ExistingSource = {
  key: "photos/a.jpg",
  eTag: "e1",
  size: 100,
  versionId: null,
  modifiedAt: at("00:00:00"),
  seenAt: at("12:00:00"),
  isGenerated: false,
};
/** A manifest that was written at one o'clock. */
const AT_ONE = { eventTime: "2026-01-01T13:00:00.000Z", updatedAt: "2026-01-01T13:00:09.000Z" };
const eventFor = (manifest: Manifest | undefined, source: Partial<ExistingSource> = {}) =>
  toUploadEvent({ bucket: UPLOADS, source: { ...STANDING, ...source }, manifest });
const placeOf = (event: ReturnType<typeof eventFor>) =>
  event && [event.data.sequencer, event.time.slice(11, -1)];

describe("the event for a source that stands", () => {
  test("is of the backfill lane", () => {
    expect(eventFor(undefined)?.data.lane).toBe("backfill");
  });

  test.each([
    ["takes the place of its upload", processed(aSource()), {}, [toSequencer("10"), "00:00:00.000"]],
    [
      "takes the time of its upload where that had no sequencer",
      processed(aSource({ sequencer: null })),
      {},
      [null, "00:00:00.000"],
    ],
    ["without a manifest is of the end of the second of its upload", undefined, {}, [null, "00:00:00.999"]],
    [
      "while that second lasts, of its beginning",
      undefined,
      { seenAt: at("00:00:00") },
      [null, "00:00:00.000"],
    ],
    ["with a version is of the moment it was seen", undefined, { versionId: "v1" }, [null, "12:00:00.000"]],
    [
      "is later than another upload's manifest",
      processed(aSource(), AT_ONE),
      { eTag: "e2" },
      [null, "13:00:00.001"],
    ],
    [
      "is later than the delete that a tombstone tells of",
      tombstone(aSource(), AT_ONE),
      {},
      [null, "13:00:00.001"],
    ],
    [
      "has no place of another version of the same bytes",
      processed(aSource({ versionId: "v1" })),
      { versionId: "v2" },
      [null, "12:00:00.000"],
    ],
  ])("%s", (_name, manifest, source, place) => {
    expect(placeOf(eventFor(manifest, source))).toEqual(place);
  });

  test("is none for a version written in the second in which it was seen", () => {
    expect(eventFor(undefined, { versionId: "v1", seenAt: at("00:00:00") })).toBeUndefined();
  });

  test("has the same id and time however often it is made, without versions", () => {
    expect(eventFor(undefined, { seenAt: at("13:00:00") })).toEqual(eventFor(undefined));
  });
});

describe("the worker", () => {
  const made = processed(aSource());
  const repairing = toUploadEvent({ bucket: UPLOADS, source: STANDING, manifest: made, isDamaged: true });

  test("renders again what a backfill names, under another recipe alone", () => {
    const event = eventFor(made);
    expect(
      event && [RECIPE, "recipe-2"].map((recipe) => decideUploaded(event, made, isMadeWith(made, recipe))),
    ).toEqual(["duplicate", "process"]);
  });

  test("renders again a damaged image under the same recipe, once", () => {
    const healed = { ...made, updatedAt: "2026-01-02T00:00:00.000Z" };
    expect(
      repairing &&
        [made, healed].map((manifest) => decideUploaded(repairing, manifest, isMadeWith(manifest, RECIPE))),
    ).toEqual(["process", "duplicate"]);
  });

  describe.each([
    ["now", "2026-01-01T12:00:00.000Z"],
    ["in the future", "9999-12-31T23:59:59.999Z"],
  ])(
    "with a tombstone of a forged deletion, with the highest sequencer and a time that is %s",
    (_name, eventTime) => {
      const forged = aSource({ sequencer: "F".repeat(18) });
      const grave = tombstone(forged, { eventTime, updatedAt: "2026-01-01T12:00:00.000Z" });
      const isMade = (manifest: Manifest) => isMadeWith(manifest, RECIPE);

      test("refuses real uploads, which is the damage", () => {
        const real = upload({ eTag: "e2", sequencer: "0055AED6DCD90281E5" });
        expect(decideUploaded(real, grave, isMade(grave))).toBe("resurrect-refused");
      });

      test("heals the key by a repair, and accepts the next upload and the next delete again", () => {
        const repair = eventFor(grave);
        if (!repair) throw new Error("no repair");
        expect(decideUploaded(repair, grave, isMade(grave))).toBe("process");
        const healed = processed(repair);
        const [later] = [{ sequencer: "0055AED6DCD90281E5", time: "2026-01-01T13:00:00.000Z" }];
        expect(decideUploaded(upload({ eTag: "e2", ...later }), healed, isMade(healed))).toBe("process");
        expect(decideDeleted(deletion(later), healed)).toBe("remove");
      });
    },
  );

  test("heals a key that a forged upload has buried, too", () => {
    const forged = processed(aSource({ eTag: "e0", sequencer: "F".repeat(18) }), {
      eventTime: "2099-01-01T00:00:00.000Z",
    });
    const repair = eventFor(forged);
    expect(repair && decideUploaded(repair, forged, isMadeWith(forged, RECIPE))).toBe("process");
    expect(repair?.data.repairs).toBe(forged.updatedAt);
  });

  test("never lets a backfill pass over a newer upload", () => {
    const newer = processed(aSource({ eTag: "e2", sequencer: "20" }), {
      eventTime: "2026-01-01T00:00:01.000Z",
    });
    const events = [eventFor(undefined), eventFor(made), repairing];
    expect(events.map((event) => event && decideUploaded(event, newer, isMadeWith(newer, RECIPE)))).toEqual(
      Array(3).fill("stale"),
    );
  });

  test("brings back a source that stands though its manifest is a tombstone", () => {
    const grave = tombstone(aSource(), AT_ONE);
    const event = eventFor(grave);
    expect(event && decideUploaded(event, grave, isMadeWith(grave, RECIPE))).toBe("process");
  });

  test("does not delete again what was brought back, when the delete comes twice", () => {
    const grave = tombstone(aSource(), AT_ONE);
    const back = processed(aSource({ sequencer: null }), { eventTime: eventFor(grave)?.time ?? "" });
    const again = { ...toDeleteEvent(grave), time: "2026-01-01T13:00:00.000Z" };
    expect(decideDeleted(again, back)).toBe("stale");
  });

  test("removes the image of a source that is gone, and no image of an upload after that", () => {
    const event = toDeleteEvent(made);
    const later = processed(aSource({ eTag: "e2", sequencer: "20" }), {
      eventTime: "2026-01-01T00:00:01.000Z",
    });
    expect([made, later].map((manifest) => decideDeleted(event, manifest))).toEqual(["remove", "stale"]);
  });
});
