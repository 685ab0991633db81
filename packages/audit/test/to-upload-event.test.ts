import type { ExistingSource } from "@image-pipeline/audit";
import { toDeleteEvent, toUploadEvent } from "@image-pipeline/audit/events";
// The worker's own decisions, which are pure: what a backfill event does is up to them.
import type { Manifest } from "@image-pipeline/schema/manifest";
import { decideDeleted, decideUploaded, isMadeWith } from "@image-pipeline/schema/processing";
import { aSource, processed, RECIPE, tombstone, toSequencer, UPLOADS } from "@image-pipeline/testing";
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
      processed(aSource(), { eventTime: "2026-01-01T13:00:00.000Z" }),
      { eTag: "e2" },
      [null, "13:00:00.001"],
    ],
    [
      "is later than the delete that a tombstone tells of",
      tombstone(aSource(), { eventTime: "2026-01-01T13:00:00.000Z" }),
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
    const grave = tombstone(aSource(), { eventTime: "2026-01-01T13:00:00.000Z" });
    const event = eventFor(grave);
    expect(event && decideUploaded(event, grave, isMadeWith(grave, RECIPE))).toBe("process");
  });

  test("does not delete again what was brought back, when the delete comes twice", () => {
    const grave = tombstone(aSource(), { eventTime: "2026-01-01T13:00:00.000Z" });
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
