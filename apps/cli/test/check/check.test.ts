import { toManifestKey } from "@image-pipeline/schema/keys";
import { toRenditionMetadata } from "@image-pipeline/schema/processing";
import {
  aRendition,
  aSource,
  PROCESSED,
  pixelsOf,
  processed,
  rejected,
  tombstone,
  toSequencer,
  UPLOADS,
} from "@image-pipeline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type FauxqsPipeline,
  fauxqsPipeline,
  PIPELINES,
  PLAN_IN_FORCE,
  RECIPE_IN_FORCE,
} from "../fauxqs-pipeline.ts";
import { type Running, run } from "../run.ts";

const HOUR = 3_600_000;

let world: FauxqsPipeline;
beforeAll(async () => {
  world = await fauxqsPipeline();
});
beforeEach(() => world.empty());
afterAll(() => world.stop());

/** Runs `check` some hours from now; by default two, when no upload is recent. */
async function check(
  argv: readonly string[] = [],
  { hoursLater = 2, ...running }: Running & { hoursLater?: number } = {},
) {
  const clock = { now: () => Date.now() + hoursLater * HOUR, sleep: async () => undefined };
  return run(["check", "--endpoint", world.endpoint, ...argv], { pipelines: PIPELINES, clock, ...running });
}

const manifestOf = (key: string) => toManifestKey(UPLOADS, key);
/** The findings, without their reasons. */
const found = (json: unknown[]) =>
  json.slice(0, -1).map((line) => {
    const { gap, what, key, remedy } = Object(line);
    return [gap, what, key, remedy];
  });

describe("check finds no problem", () => {
  test("with images of every kind, and ends with 0", async () => {
    for (const key of ["a.jpg", "a-b.jpg", "a/b.jpg", "a b+ü𝒳.jpg"]) await world.putImage(key);
    await world.putManifest(rejected(await world.putSource("bad.txt"), { recipe: RECIPE_IN_FORCE }));
    await world.putManifest(tombstone(aSource({ key: "deleted.jpg" })));
    await world.putImage(`long/${"x".repeat(1015)}`);
    const { code, out } = await check();
    expect(code).toBe(0);
    expect(out).toEqual([
      "images: 5 processed, 1 rejected, 1 deleted",
      "renditions: 5 in place, 5 compared by SHA-256",
      "no problems found",
    ]);
  });

  test("in an empty pipeline", async () => {
    expect(await check()).toMatchObject({ code: 0, out: expect.arrayContaining(["images: none"]) });
  });

  test("with images of older settings, and counts them", async () => {
    await world.putImage("a.jpg", { recipe: "before" });
    await world.putImage("b.jpg", { recipe: "before", plan: PLAN_IN_FORCE });
    const { code, out } = await check();
    expect([code, out[2]]).toEqual([0, "1 rendered with older settings: npx pipeline backfill --only-stale"]);
  });

  test("with uploads that are still in progress, and names them", async () => {
    await world.putSource("just-now.jpg");
    const { code, out } = await check([], { hoursLater: 0 });
    expect({ code, out }).toEqual({
      code: 0,
      out: [
        "pending   just-now.jpg  no result yet: it may still be in progress",
        "images: 1 pending",
        "renditions: 0 in place, 0 compared by SHA-256",
        "no problems found, 1 pending",
      ],
    });
    const { json } = await check(["--json"], { hoursLater: 0 });
    expect(json[0]).toEqual({ type: "pending", key: "just-now.jpg" });
  });

  test("with superseded renditions that will expire, and renditions that are in progress", async () => {
    const source = await world.putImage("a.jpg", { supersededTags: ["tag0"] });
    await world.put(PROCESSED, aRendition(source, "tag0").key, "superseded, by the manifest");
    await world.put(PROCESSED, aRendition(source, "tag00").key, "long superseded", { superseded: "true" });
    const { code, json } = await check(["--json"]);
    await world.put(PROCESSED, aRendition(source, "tag2").key, "not yet named");
    const young = await check([], { hoursLater: 0 });
    expect([code, json.at(-1), young.code]).toMatchObject([0, { expiring: 2 }, 0]);
  });

  test("with sources that are never processed", async () => {
    await world.putSource("mine.jpg", "x", toRenditionMetadata({ sha256: "any", secret: "secret" }));
    expect(await check()).toMatchObject({ code: 0, out: expect.arrayContaining(["images: 1 ignored"]) });
  });
});

describe("check reports", () => {
  test("a source without a manifest", async () => {
    await world.putImage("a.jpg");
    await world.putSource("b.jpg");
    const { code, json } = await check(["--json"]);
    expect([code, found(json)]).toEqual([1, [["missing", "manifest", manifestOf("b.jpg"), "publish"]]]);
  });

  test("the manifest of an earlier upload", async () => {
    const source = await world.putImage("a.jpg");
    await world.putManifest(processed({ ...source, eTag: "before" }));
    const { json } = await check(["--json"]);
    expect(found(json)).toEqual([["missing", "manifest", manifestOf("a.jpg"), "publish"]]);
  });

  test("a tombstone of a source that exists", async () => {
    await world.putManifest(tombstone(await world.putSource("a.jpg")));
    const { out } = await check();
    expect(out[0]).toMatch(/^missing {3}\S+ {2}its manifest is a tombstone, but the source exists$/);
  });

  test("a manifest whose source was removed", async () => {
    await world.putImage("a.jpg");
    await world.remove(UPLOADS, "a.jpg");
    const { json } = await check(["--json"]);
    expect(found(json)).toEqual([["orphaned", "manifest", manifestOf("a.jpg"), "publish"]]);
  });

  test("the orphaned manifest of a long key", async () => {
    const key = `long/${"x".repeat(1015)}`;
    await world.putImage(key);
    await world.remove(UPLOADS, key);
    const { json } = await check(["--json"]);
    expect(found(json)).toEqual([["orphaned", "manifest", manifestOf(key), "publish"]]);
  });

  test("a missing rendition", async () => {
    const { key } = aRendition(await world.putImage("a.jpg"));
    await world.remove(PROCESSED, key);
    const { json } = await check(["--json"]);
    expect(found(json)).toEqual([["missing", "rendition", key, "publish"]]);
  });

  test("a rendition of another size", async () => {
    const { key } = aRendition(await world.putImage("a.jpg"));
    await world.put(PROCESSED, key, "cut");
    const { json } = await check(["--json", "--sample", "0"]);
    expect(found(json)).toEqual([["corrupt", "rendition", key, "publish"]]);
  });

  test.each([[["--all"]], [["--sample", "1"]]])("a rendition of other bytes, with %j", async (argv) => {
    const source = await world.putImage("a.jpg");
    const { key } = aRendition(source);
    await world.put(PROCESSED, key, pixelsOf(source).toUpperCase());
    const { json } = await check(["--json", ...argv]);
    expect(found(json)).toEqual([["corrupt", "rendition", key, "publish"]]);
  });

  test("renditions that no manifest names", async () => {
    const source = await world.putImage("a.jpg");
    const unnamed = aRendition(source, "tag2").key;
    const stray = aRendition(aSource({ key: "no-such.jpg" })).key;
    for (const key of [unnamed, stray]) await world.put(PROCESSED, key, "x");
    const { json } = await check(["--json"]);
    expect(found(json)).toEqual([
      ["orphaned", "rendition", unnamed, "remove"],
      ["orphaned", "rendition", stray, "remove"],
    ]);
  });

  test("superseded renditions that should have expired", async () => {
    const source = await world.putImage("a.jpg", { supersededTags: ["tag0"] });
    await world.put(PROCESSED, aRendition(source, "tag0").key, "x");
    expect((await check([], { hoursLater: 11 * 24 })).code).toBe(1);
  });

  test("an object that is not a manifest at a manifest's key", async () => {
    await world.putSource("a.jpg");
    await world.put(PROCESSED, manifestOf("a.jpg"), "not a manifest");
    const { json } = await check(["--json"]);
    expect(found(json)).toEqual([["corrupt", "manifest", manifestOf("a.jpg"), null]]);
  });

  test("a manifest at another source's key", async () => {
    const source = await world.putImage("a.jpg");
    await world.put(PROCESSED, manifestOf("b.jpg"), JSON.stringify(processed(source)));
    const { json } = await check(["--json"]);
    expect(found(json)).toEqual([["corrupt", "manifest", manifestOf("b.jpg"), null]]);
  });
});

describe("check --prefix", () => {
  test("checks only the sources below it", async () => {
    for (const key of ["p/a.jpg", "q/a.jpg"]) await world.putSource(key);
    const { json } = await check(["--json", "--prefix", "p/"]);
    expect(found(json)).toEqual([["missing", "manifest", manifestOf("p/a.jpg"), "publish"]]);
  });

  test("does not take a rendition for an orphan because its manifest is not below it", async () => {
    await world.putImage("q/a.jpg");
    await world.putImage("p/a.jpg");
    expect((await check(["--prefix", "p/"])).code).toBe(0);
  });

  test("reports that no source is below it, and ends with 1", async () => {
    await world.putImage("photos/a.jpg");
    const { code, error } = await check(["--prefix", "phtoos/"]);
    expect({ code, error }).toEqual({
      code: 1,
      error: ['check: no source is below the prefix "phtoos/": check --prefix'],
    });
  });
});

test("check ignores the renditions of another upload bucket", async () => {
  const source = aSource({ bucket: "former-uploads", key: "a.jpg" });
  await world.putManifest(processed(source));
  await world.put(PROCESSED, aRendition(source).key, pixelsOf(source));
  expect(await check()).toMatchObject({ code: 0, out: expect.arrayContaining(["images: 1 ignored"]) });
});

test("check counts an object without a manifest that only says that the pipeline wrote it", async () => {
  await world.putSource("forged.jpg", "x", { "generated-by": "image-pipeline" });
  const { code, json } = await check(["--json"]);
  expect([code, json.at(-1)]).toMatchObject([1, { gaps: { missing: 1 } }]);
});

describe("check --repair", () => {
  test("publishes missing, corrupt and deleted images, and ends with 1", async () => {
    const damaged = await world.putImage("damaged.jpg");
    await world.remove(PROCESSED, aRendition(damaged).key);
    await world.putImage("gone.jpg");
    await world.remove(UPLOADS, "gone.jpg");
    await world.putSource("new.jpg");
    const { code, out } = await check(["--repair"]);
    const events = world.published().map(({ type, subject, data }) => [type, subject, data.lane]);
    expect([code, events]).toEqual([
      1,
      [
        ["image.uploaded", "damaged.jpg", "backfill"],
        ["image.deleted", "gone.jpg", "live"],
        ["image.uploaded", "new.jpg", "backfill"],
      ],
    ]);
    expect(out.slice(-2)).toEqual([
      "repair: 3 events published, 0 renditions removed",
      "run check again once they are processed: renditions that they replaced may be orphans now",
    ]);
  });

  test("publishes a damaged image with its manifest's time, so that it is rendered again", async () => {
    const source = await world.putImage("a.jpg");
    await world.remove(PROCESSED, aRendition(source).key);
    await check(["--repair"]);
    expect(world.published()).toMatchObject([
      { data: { repairs: processed(source).updatedAt, sequencer: toSequencer("10") } },
    ]);
  });

  test("removes orphans, and the next check finds no problem", async () => {
    const source = await world.putImage("a.jpg");
    await world.put(PROCESSED, aRendition(source, "tag2").key, "x");
    await world.put(PROCESSED, aRendition(aSource({ key: "no-such.jpg" })).key, "x");
    const repaired = await check(["--repair"]);
    expect([repaired.code, (await check()).code, world.published()]).toEqual([1, 0, []]);
  });

  test("leaves the orphans of an image that is rendered again, since they may belong to that", async () => {
    const source = await world.putImage("a.jpg");
    await world.remove(PROCESSED, aRendition(source).key);
    await world.put(PROCESSED, aRendition(source, "tag2").key, "x");
    const { out } = await check(["--repair"]);
    expect(out.slice(-3, -1)).toEqual([
      "repair: 1 event published, 0 renditions removed",
      "left: 1 problem that this repair did not act on",
    ]);
  });

  test("does not touch a recent rendition without a manifest", async () => {
    await world.put(PROCESSED, aRendition(aSource({ key: "in-the-making.jpg" })).key, "x");
    const young = await check(["--repair"], { hoursLater: 0 });
    expect([young.code, (await check()).code]).toEqual([0, 1]);
  });

  test("does nothing if there are no problems", async () => {
    await world.putImage("a.jpg");
    const { code } = await check(["--repair"]);
    expect([code, world.published()]).toEqual([0, []]);
  });
});

describe("check", () => {
  test("writes a summary for programs", async () => {
    await world.putImage("a.jpg");
    await world.putSource("b.jpg");
    const { json } = await check(["--json"]);
    expect(json.at(-1)).toMatchObject({
      type: "summary",
      isWhole: false,
      completenessGap: 1,
      images: { processed: 1, broken: 1 },
      gaps: { missing: 1, orphaned: 0, corrupt: 0 },
      repaired: null,
    });
  });

  test("reports that there may be more problems when it is interrupted", async () => {
    await world.putSource("a.jpg");
    const { code, out, error } = await check([], { signal: AbortSignal.abort() });
    expect([code, out, error]).toEqual([130, [], ["stopped before the end: there may be more to find"]]);
  });

  test.each([
    [
      ["--all", "--sample", "3"],
      /^check: option '--all' cannot be used with option '--sample <n>' \(see npx pipeline check --help\)$/,
    ],
    [["--sample", "some"], /^check: --sample must be a whole number from 0 to 100000, got "some"$/],
    [["--grace", "-1"], /^check: --grace must be a number, 0 or more, got "-1"/],
  ])("refuses %j with 2 and one line", async (argv, message) => {
    const { code, error } = await check(argv);
    expect([code, error.length]).toEqual([2, 1]);
    expect(error[0]).toMatch(message);
  });

  test("refuses a short --grace for a repair on AWS", async () => {
    const { code, error } = await run(["check", "--environment", "dev", "--repair", "--grace", "5"]);
    expect([code, error[0]]).toEqual([
      2,
      expect.stringContaining("--repair on AWS needs a --grace of 15 or more"),
    ]);
  });

  test("ends with 1 when it cannot be done", async () => {
    const argv = ["check", "--endpoint", "http://127.0.0.1:1"];
    const { code, error } = await run(argv, { pipelines: PIPELINES });
    expect([code, error[0]]).toEqual([1, expect.stringContaining("nothing answers")]);
  });
});
