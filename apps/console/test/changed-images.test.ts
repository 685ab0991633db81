import { describe, expect, it } from "vitest";
import type { ImageFilters, ImageSummary } from "../src/api/images.ts";
import { withChanged } from "../src/views/gallery/use-changed-images.ts";

function image(key: string, second: number, fields: Partial<ImageSummary> = {}): ImageSummary {
  const nothing = { reason: null, verdict: null, format: null, width: null, height: null, bytes: null };
  const modifiedAt = `2026-01-05T12:00:0${second}.000Z`;
  return { ...nothing, key, status: "waiting", modifiedAt, placeholder: null, thumbnail: null, ...fields };
}
const LOADED = [image("c", 7), image("b", 5), image("a", 3)];

/** The keys that are shown after one image has changed. */
function shown(changed: ImageSummary, filters: ImageFilters = {}, isComplete = false): string[] {
  const images = new Map([[changed.key, changed]]);
  return withChanged(LOADED, { images, total: null }, { filters, isComplete }).map(({ key }) => key);
}

describe("an image that changed", () => {
  it("is shown once, at the place of its new time", () => {
    expect(shown(image("a", 9))).toEqual(["a", "c", "b"]);
    expect(shown(image("new", 6))).toEqual(["c", "new", "b", "a"]);
  });

  it("stays at its place when only its verdict is new", () => {
    expect(shown(image("b", 5, { verdict: "allow" }))).toEqual(["c", "b", "a"]);
  });

  it("is left out when it does not meet the filters any more", () => {
    expect(shown(image("b", 8, { status: "processed" }), { status: "waiting" })).toEqual(["c", "a"]);
    expect(shown(image("b", 5), { prefix: "photos/" })).toEqual(["c", "a"]);
    expect(shown(image("b", 5), { to: "2026-01-04" })).toEqual(["c", "a"]);
  });

  it("is left to the next page when it is older than all that are loaded", () => {
    expect(shown(image("old", 1))).toEqual(["c", "b", "a"]);
    expect(shown(image("old", 1), {}, true)).toEqual(["c", "b", "a", "old"]);
  });
});
