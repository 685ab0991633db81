import { toManifestKey } from "@image-pipeline/schema";
import {
  aRendition,
  aSource,
  PROCESSED,
  pixelsOf,
  processed,
  rejected,
  tombstone,
  UPLOADS,
} from "@image-pipeline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditCommand } from "../src/audit/audit-command.ts";
import {
  type FauxqsPipeline,
  fauxqsPipeline,
  PIPELINES,
  PLAN_IN_FORCE,
  RECIPE_IN_FORCE,
} from "./fauxqs-pipeline.ts";
import { type Running, run } from "./run.ts";

const HOUR = 3_600_000;

let world: FauxqsPipeline;
beforeAll(async () => {
  world = await fauxqsPipeline();
});
beforeEach(() => world.empty());
afterAll(() => world.stop());

/** So many hours after what is uploaded now; two without, when nothing is young any more. */
async function audit(
  argv: readonly string[] = [],
  { hoursLater = 2, ...running }: Running & { hoursLater?: number } = {},
) {
  const clock = { now: () => Date.now() + hoursLater * HOUR, sleep: async () => undefined };
  const command = auditCommand({ pipelines: async () => PIPELINES, clock, random: Math.random });
  return run(command, ["--endpoint", world.endpoint, ...argv], running);
}

const manifestOf = (key: string) => toManifestKey(UPLOADS, key);
/** What is found, a line each, without the reasons. */
const found = (json: unknown[]) =>
  json.slice(0, -1).map((line) => {
    const { gap, what, key, remedy } = Object(line);
    return [gap, what, key, remedy];
  });

describe("a whole world", () => {
  test("of every kind of image ends with 0", async () => {
    for (const key of ["a.jpg", "a-b.jpg", "a/b.jpg", "a b+ü𝒳.jpg"]) await world.putImage(key);
    await world.putManifest(rejected(await world.putSource("bad.txt"), { recipe: RECIPE_IN_FORCE }));
    await world.putManifest(tombstone(aSource({ key: "deleted.jpg" })));
    await world.putImage(`long/${"x".repeat(1015)}`);
    const { code, out } = await audit();
    expect(code).toBe(0);
    expect(out).toEqual([
      "images: 5 processed, 1 rejected, 1 deleted",
      "renditions: 5 in place, SHA-256 compared of 5",
      "whole: nothing missing, orphaned or corrupt",
    ]);
  });

  test("is an empty one too", async () => {
    expect(await audit()).toMatchObject({ code: 0, out: expect.arrayContaining(["images: none"]) });
  });

  test("may hold images of an older recipe, and tells of them", async () => {
    await world.putImage("a.jpg", { recipe: "before" });
    await world.putImage("b.jpg", { recipe: "before", plan: PLAN_IN_FORCE });
    const { code, out } = await audit();
    expect([code, out[2]]).toEqual([0, "1 made with an older recipe: npx pnpm@12 backfill --only-stale"]);
  });

  test("may hold uploads that are on their way", async () => {
    await world.putSource("just-now.jpg");
    const { code, out } = await audit([], { hoursLater: 0 });
    expect([code, out[0]]).toEqual([0, "images: 1 pending"]);
  });

  test("may hold superseded renditions that are to expire, and renditions in the making", async () => {
    const source = await world.putImage("a.jpg", { supersededTags: ["tag0"] });
    await world.put(PROCESSED, aRendition(source, "tag0").key, "superseded, by the manifest");
    await world.put(PROCESSED, aRendition(source, "tag00").key, "long superseded", { superseded: "true" });
    const { code, json } = await audit(["--json"]);
    await world.put(PROCESSED, aRendition(source, "tag2").key, "not yet named");
    const young = await audit([], { hoursLater: 0 });
    expect([code, json.at(-1), young.code]).toMatchObject([0, { expiring: 2 }, 0]);
  });

  test("may hold sources that are never processed", async () => {
    await world.putSource("mine.jpg", "x", { "generated-by": "image-pipeline" });
    expect(await audit()).toMatchObject({ code: 0, out: expect.arrayContaining(["images: 1 ignored"]) });
  });
});

describe("a world that is not whole", () => {
  test("lacks the manifest of a source", async () => {
    await world.putImage("a.jpg");
    await world.putSource("b.jpg");
    const { code, json } = await audit(["--json"]);
    expect([code, found(json)]).toEqual([1, [["missing", "manifest", manifestOf("b.jpg"), "publish"]]]);
  });

  test("has the manifest of an earlier upload", async () => {
    const source = await world.putImage("a.jpg");
    await world.putManifest(processed({ ...source, eTag: "before" }));
    const { json } = await audit(["--json"]);
    expect(found(json)).toEqual([["missing", "manifest", manifestOf("a.jpg"), "publish"]]);
  });

  test("has a tombstone though the source stands", async () => {
    await world.putManifest(tombstone(await world.putSource("a.jpg")));
    const { out } = await audit();
    expect(out[0]).toMatch(
      /^missing {3}\S+ {2}its manifest says that the source was deleted, but it is there$/,
    );
  });

  test("has a manifest whose source is gone", async () => {
    await world.putImage("a.jpg");
    await world.remove(UPLOADS, "a.jpg");
    const { json } = await audit(["--json"]);
    expect(found(json)).toEqual([["orphaned", "manifest", manifestOf("a.jpg"), "publish"]]);
  });

  test("has a long key whose manifest is orphaned", async () => {
    const key = `long/${"x".repeat(1015)}`;
    await world.putImage(key);
    await world.remove(UPLOADS, key);
    const { json } = await audit(["--json"]);
    expect(found(json)).toEqual([["orphaned", "manifest", manifestOf(key), "publish"]]);
  });

  test("lacks a rendition", async () => {
    const { key } = aRendition(await world.putImage("a.jpg"));
    await world.remove(PROCESSED, key);
    const { json } = await audit(["--json"]);
    expect(found(json)).toEqual([["missing", "rendition", key, "publish"]]);
  });

  test("has a rendition of another size", async () => {
    const { key } = aRendition(await world.putImage("a.jpg"));
    await world.put(PROCESSED, key, "cut");
    const { json } = await audit(["--json", "--sample", "0"]);
    expect(found(json)).toEqual([["corrupt", "rendition", key, "publish"]]);
  });

  test.each([[["--all"]], [["--sample", "1"]]])(
    "has a rendition of other bytes, which %j finds",
    async (argv) => {
      const source = await world.putImage("a.jpg");
      const { key } = aRendition(source);
      await world.put(PROCESSED, key, pixelsOf(source).toUpperCase());
      const { json } = await audit(["--json", ...argv]);
      expect(found(json)).toEqual([["corrupt", "rendition", key, "publish"]]);
    },
  );

  test("has renditions that no manifest names", async () => {
    const source = await world.putImage("a.jpg");
    const unnamed = aRendition(source, "tag2").key;
    const stray = aRendition(aSource({ key: "no-such.jpg" })).key;
    for (const key of [unnamed, stray]) await world.put(PROCESSED, key, "x");
    const { json } = await audit(["--json"]);
    expect(found(json)).toEqual([
      ["orphaned", "rendition", unnamed, "remove"],
      ["orphaned", "rendition", stray, "remove"],
    ]);
  });

  test("has superseded renditions that should have expired", async () => {
    const source = await world.putImage("a.jpg", { supersededTags: ["tag0"] });
    await world.put(PROCESSED, aRendition(source, "tag0").key, "x");
    expect((await audit([], { hoursLater: 11 * 24 })).code).toBe(1);
  });

  test("has something else in a manifest's place", async () => {
    await world.putSource("a.jpg");
    await world.put(PROCESSED, manifestOf("a.jpg"), "not a manifest");
    const { json } = await audit(["--json"]);
    expect(found(json)).toEqual([["corrupt", "manifest", manifestOf("a.jpg"), null]]);
  });

  test("has a manifest where it does not belong", async () => {
    const source = await world.putImage("a.jpg");
    await world.put(PROCESSED, manifestOf("b.jpg"), JSON.stringify(processed(source)));
    const { json } = await audit(["--json"]);
    expect(found(json)).toEqual([["corrupt", "manifest", manifestOf("b.jpg"), null]]);
  });
});

describe("audit --prefix", () => {
  test("looks at the sources under it alone", async () => {
    for (const key of ["p/a.jpg", "q/a.jpg"]) await world.putSource(key);
    const { json } = await audit(["--json", "--prefix", "p/"]);
    expect(found(json)).toEqual([["missing", "manifest", manifestOf("p/a.jpg"), "publish"]]);
  });

  test("takes no rendition for an orphan because its manifest lies elsewhere", async () => {
    await world.putImage("q/a.jpg");
    expect((await audit(["--prefix", "p/"])).code).toBe(0);
  });
});

test("an audit never judges the renditions of another upload bucket", async () => {
  const source = aSource({ bucket: "former-uploads", key: "a.jpg" });
  await world.putManifest(processed(source));
  await world.put(PROCESSED, aRendition(source).key, pixelsOf(source));
  expect(await audit()).toMatchObject({ code: 0, out: expect.arrayContaining(["images: 1 ignored"]) });
});

describe("audit --repair", () => {
  test("publishes what is missing, corrupt or gone, and ends with 1", async () => {
    const damaged = await world.putImage("damaged.jpg");
    await world.remove(PROCESSED, aRendition(damaged).key);
    await world.putImage("gone.jpg");
    await world.remove(UPLOADS, "gone.jpg");
    await world.putSource("new.jpg");
    const { code, out } = await audit(["--repair"]);
    const events = world.published().map(({ type, subject, data }) => [type, subject, data.lane]);
    expect([code, events]).toEqual([
      1,
      [
        ["image.uploaded", "damaged.jpg", "backfill"],
        ["image.deleted", "gone.jpg", "live"],
        ["image.uploaded", "new.jpg", "backfill"],
      ],
    ]);
    expect(out.at(-1)).toBe(
      "repair: 3 events published, 0 renditions removed; audit again once they are done",
    );
  });

  test("has a damaged image rendered again under its own recipe", async () => {
    const source = await world.putImage("a.jpg");
    await world.remove(PROCESSED, aRendition(source).key);
    await audit(["--repair"]);
    expect(world.published()).toMatchObject([
      { data: { repairs: processed(source).updatedAt, sequencer: "10" } },
    ]);
  });

  test("removes orphans, after which the world is whole", async () => {
    const source = await world.putImage("a.jpg");
    await world.put(PROCESSED, aRendition(source, "tag2").key, "x");
    await world.put(PROCESSED, aRendition(aSource({ key: "no-such.jpg" })).key, "x");
    const repaired = await audit(["--repair"]);
    expect([repaired.code, (await audit()).code, world.published()]).toEqual([1, 0, []]);
  });

  test("leaves the orphans of an image that is made again, as they may be what that makes", async () => {
    const source = await world.putImage("a.jpg");
    await world.remove(PROCESSED, aRendition(source).key);
    await world.put(PROCESSED, aRendition(source, "tag2").key, "x");
    const { out } = await audit(["--repair"]);
    expect(out.at(-1)).toMatch(/^repair: 1 event published, 0 renditions removed/);
  });

  test("does not touch a young rendition without a manifest", async () => {
    await world.put(PROCESSED, aRendition(aSource({ key: "in-the-making.jpg" })).key, "x");
    const young = await audit(["--repair"], { hoursLater: 0 });
    expect([young.code, (await audit()).code]).toEqual([0, 1]);
  });

  test("does nothing in a whole world", async () => {
    await world.putImage("a.jpg");
    const { code } = await audit(["--repair"]);
    expect([code, world.published()]).toEqual([0, []]);
  });
});

describe("audit", () => {
  test("sums up for a program", async () => {
    await world.putImage("a.jpg");
    await world.putSource("b.jpg");
    const { json } = await audit(["--json"]);
    expect(json.at(-1)).toMatchObject({
      type: "summary",
      isWhole: false,
      completenessGap: 1,
      images: { processed: 1, broken: 1 },
      gaps: { missing: 1, orphaned: 0, corrupt: 0 },
      repaired: null,
    });
  });

  test("that is stopped says that it is not all", async () => {
    await world.putSource("a.jpg");
    const { code, out, error } = await audit([], { signal: AbortSignal.abort() });
    expect([code, out, error]).toEqual([
      130,
      [],
      ["stopped before the end: what was found so far is not all"],
    ]);
  });

  test.each([
    [["--all", "--sample", "3"], /^audit: choose one of --sample and --all$/],
    [["--sample", "some"], /^audit: --sample must be a whole number, 0 to 100000, not "some"$/],
    [["--grace", "-1"], /^audit: .*--grace/],
  ])("refuses %j with 2 and one line", async (argv, message) => {
    const { code, error } = await audit(argv);
    expect([code, error.length]).toEqual([2, 1]);
    expect(error[0]).toMatch(message);
  });

  test("refuses to repair on AWS what may be in the making", async () => {
    const clock = { now: Date.now, sleep: async () => undefined };
    const command = auditCommand({ pipelines: async () => PIPELINES, clock, random: Math.random });
    const { code, error } = await run(command, ["--environment", "dev", "--repair", "--grace", "5"]);
    expect([code, error[0]]).toEqual([
      2,
      expect.stringContaining("--repair on AWS needs a --grace of 15 or more"),
    ]);
  });

  test("that cannot be done ends with 2, as only a difference is 1", async () => {
    const { code, error } = await run(
      auditCommand({
        pipelines: async () => PIPELINES,
        clock: { now: Date.now, sleep: async () => undefined },
        random: Math.random,
      }),
      ["--endpoint", "http://127.0.0.1:1"],
    );
    expect([code, error[0]]).toEqual([2, expect.stringContaining("nothing answers")]);
  });
});
