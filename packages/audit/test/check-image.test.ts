import { toManifestKey } from "@image-pipeline/schema/keys";
import type { Manifest } from "@image-pipeline/schema/manifest";
import { aRendition, aSource, processed, RECIPE, streamOf, UPLOADS } from "@image-pipeline/testing";
import { expect, test } from "vitest";
import type { Audit } from "../src/audit-rules.ts";
import { checkImage } from "../src/check-image.ts";
import type { ExistingSource, Read } from "../src/ports.ts";

const source = aSource();
const manifestKey = toManifestKey(source.bucket, source.key);
const DATES = { modifiedAt: new Date(0), seenAt: new Date(1000) };
const standing: ExistingSource = { ...source, ...DATES, isGenerated: false };

/** A world of one image, which may be another one at each read of its manifest. */
function auditOf({
  reads,
  present,
  found,
}: {
  reads: Read[];
  present: Manifest;
  found?: ExistingSource;
}): Audit {
  const never = () => {
    throw new Error("not asked for here");
  };
  return {
    ports: {
      sources: { bucket: UPLOADS, list: never, find: async () => found },
      manifests: { list: never, read: async () => (reads.length > 1 ? reads.shift() : reads[0]) },
      renditions: {
        list: () =>
          streamOf(present.renditions.map(({ key, bytes }) => ({ key, bytes, modifiedAt: new Date(0) }))),
        imageIds: never,
        isSuperseded: async () => false,
        sha256: never,
        remove: never,
      },
    },
    rules: {
      now: new Date("2026-01-02"),
      graceMilliseconds: 1000,
      supersededMilliseconds: Number.MAX_SAFE_INTEGER,
      hashesAll: false,
      isCurrent: ({ recipe }) => recipe === RECIPE,
      isProcessed: () => true,
      prefix: "",
    },
  };
}
const before = processed(source, { renditions: [aRendition(source, "before")] });
const after = processed(source, { updatedAt: "2026-01-01T01:00:00.000Z" });

test("an image whose manifest is replaced while it is looked at is looked at again", async () => {
  const audit = auditOf({ reads: [before, after], present: after });
  const { state, findings } = await checkImage({ manifestKey, source: standing }, audit);
  expect([state, findings]).toEqual(["processed", []]);
});

test("an image that is never twice the same is left for another audit", async () => {
  const reads = Array.from({ length: 9 }, (_, hour) => ({
    ...before,
    updatedAt: `2026-01-01T0${hour}:00:00.000Z`,
  }));
  const audit = auditOf({ reads, present: after });
  const { state, findings } = await checkImage({ manifestKey, source: standing }, audit);
  expect([state, findings]).toEqual(["pending", []]);
});

test("a source that is another one by now is on its way", async () => {
  const audit = auditOf({ reads: [undefined], present: after, found: { ...standing, eTag: "e2" } });
  const { state, findings } = await checkImage({ manifestKey, source: standing }, audit);
  expect([state, findings]).toEqual(["pending", []]);
});

test("a source that is gone by now lacks nothing", async () => {
  const audit = auditOf({ reads: [undefined], present: after });
  const { state, findings } = await checkImage({ manifestKey, source: standing }, audit);
  expect([state, findings]).toEqual(["deleted", []]);
});

test("a manifest is reported elsewhere if its source was listed before it existed", async () => {
  const audit = auditOf({ reads: [after], present: after, found: standing });
  const { state, findings } = await checkImage({ manifestKey, source: undefined }, audit);
  expect([state, findings]).toEqual(["elsewhere", []]);
});

test("a rendition that may not be read, as it is quarantined, is no gap and was not compared", async () => {
  const audit = auditOf({ reads: [after], present: after });
  audit.rules.hashesAll = true;
  audit.ports.renditions.sha256 = async () => "denied";
  const { findings, hashed } = await checkImage({ manifestKey, source: standing }, audit);
  expect([findings, hashed]).toEqual([[], 0]);
});
