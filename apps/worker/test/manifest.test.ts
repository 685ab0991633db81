import { aSource, processed, tombstone } from "@image-pipeline/testing";
import { expect, test } from "vitest";
import { toSuccessor } from "../src/manifest.ts";

const first = processed(aSource({ eTag: "e1" }));
const clock = { now: () => new Date("2026-01-01T00:00:00Z") };

/** Returns whether a manifest of the source, with renditions under another tag, replaces another upload. */
function replaces(eTag: string, current: Parameters<typeof toSuccessor>[1]) {
  const source = aSource({ eTag });
  const next = processed(source);
  const renditions = next.renditions.map((one) => ({
    ...one,
    key: one.key.replace(/[^/]+(?=\/[^/]+$)/, "tag2"),
  }));
  return toSuccessor({ ...next, renditions }, current, { job: { startedAt: 0 }, clock }).replacesUpload;
}

test("a manifest of another upload says that it replaces the first one", () => {
  expect(replaces("e2", first)).toBe(true);
});

test("a manifest of a new image, of one uploaded again after its delete, or of the same upload replaces none", () => {
  expect(replaces("e2", undefined)).toBeUndefined();
  expect(replaces("e2", tombstone(aSource({ eTag: "e1" })))).toBeUndefined();
  expect(replaces("e1", first)).toBeUndefined();
});
