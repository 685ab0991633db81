import { join } from "node:path";
import { type ListedObject, listObjects } from "@image-pipeline/audit/storage";
import {
  aRendition,
  aSource,
  collect,
  PROCESSED,
  tombstone,
  UPLOADS,
  writeInventory,
} from "@image-pipeline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type FauxqsPipeline, fauxqsPipeline, PIPELINES } from "../fauxqs-pipeline.ts";
import { temporaryFolder } from "../local-world.ts";
import { run } from "../run.ts";

const HOUR = 3_600_000;
const folder = temporaryFolder();

let world: FauxqsPipeline;
beforeAll(async () => {
  world = await fauxqsPipeline();
});
beforeEach(() => world.empty());
afterAll(() => world.stop());

/** Runs `check` two hours from now. */
async function check(...argv: readonly string[]) {
  const clock = { now: () => Date.now() + 2 * HOUR, sleep: async () => undefined };
  return run(["check", "--endpoint", world.endpoint, ...argv], { pipelines: PIPELINES, clock });
}

/** Writes the inventory of a bucket as it is now, made an hour and 20 minutes from now. */
async function inventoryOf(bucket: string): Promise<string> {
  const objects: ListedObject[] = await collect(listObjects(world.s3, { bucket, prefix: "" }));
  return writeInventory(folder, { bucket, objects, createdAt: new Date(Date.now() + 1.34 * HOUR) });
}
const inventories = () => Promise.all([inventoryOf(PROCESSED), inventoryOf(UPLOADS)]);

async function putProblems() {
  for (const key of ["a.jpg", "b c+ü.jpg", "lost.jpg", "gone.jpg"]) await world.putImage(key);
  await world.remove(PROCESSED, aRendition(await world.putImage("broken.jpg")).key);
  await world.remove(UPLOADS, "gone.jpg");
  await world.putSource("new.jpg");
  await world.putManifest(tombstone(aSource({ key: "deleted.jpg" })));
}

const byKey = (lines: unknown[]) =>
  lines.filter((line) => Object(line).type === "finding").toSorted((a, b) => compare(a, b));
const compare = (a: unknown, b: unknown) => JSON.stringify(a).localeCompare(JSON.stringify(b));

describe("check --inventory", () => {
  test("finds the problems that check finds by listing", async () => {
    await putProblems();
    const listed = await check("--json");
    const read = await check("--json", "--inventory", ...(await inventories()));
    expect(byKey(read.json)).toEqual(byKey(listed.json));
    expect(byKey(read.json)).toHaveLength(3);
    const { images: ofListing, ...summary } = Object(listed.json.at(-1));
    expect(read.json.at(-1)).toMatchObject(summary);
    expect(Object(read.json.at(-1)).images).toMatchObject({ ...ofListing, elsewhere: expect.any(Number) });
    expect(read.code).toBe(1);
  });

  test("prints the age of each inventory, and that newer uploads are not checked", async () => {
    await world.putImage("a.jpg");
    const { out, code } = await check("--inventory", ...(await inventories()));
    expect(code).toBe(0);
    expect(out).toEqual([
      expect.stringMatching(
        `^inventory of ${UPLOADS}: made (39|40)m [0-9]+s ago .*UTC., 2 files of [0-9]+ B$`,
      ),
      expect.stringMatching(`^inventory of ${PROCESSED}: made `),
      expect.stringContaining("newer uploads are not checked"),
      "images: 1 processed",
      "renditions: 1 in place, 1 compared by SHA-256",
      "no problems found",
    ]);
    const { json } = await check("--json", "--inventory", ...(await inventories()));
    expect(json[0]).toMatchObject({ type: "inventory", bucket: UPLOADS, files: 2 });
  });

  test("repairs an image that is still broken", async () => {
    await putProblems();
    const read = await check("--json", "--repair", "--inventory", ...(await inventories()));
    expect(read.json.at(-1)).toMatchObject({ repaired: { published: 3, removed: 0 } });
    expect(
      world
        .published()
        .map(({ data }) => data.key)
        .toSorted(),
    ).toEqual([...["broken.jpg", "gone.jpg", "new.jpg"]]);
  });

  test("only checks images below --prefix", async () => {
    await putProblems();
    const read = await check("--json", "--prefix", "new", "--inventory", ...(await inventories()));
    expect(byKey(read.json)).toMatchObject([{ gap: "missing", source: "new.jpg" }]);
  });

  test("refuses an inventory of another bucket, and one alone, in one line", async () => {
    const uploads = await inventoryOf(UPLOADS);
    const other = writeInventory(folder, { bucket: "other", objects: [] });
    for (const argv of [[uploads], [uploads, other], [uploads, uploads]]) {
      const { code, error } = await check("--inventory", ...argv);
      expect([code, error.length]).toEqual([2, 1]);
      expect(error[0]).toContain(`--inventory takes two manifests, of ${UPLOADS} and of ${PROCESSED}; got`);
    }
  });

  test.each([
    [join(folder, "none.json"), /none\.json cannot be read/],
    ["s3://none/manifest.json", /there is no s3:\/\/none\/manifest\.json$/],
    [`s3://${PROCESSED}/none/manifest.json`, /there is no s3:\/\/[^/]+\/none\/manifest\.json$/],
  ])("refuses a missing manifest in one line: %#", async (address, message) => {
    const { code, error } = await check("--inventory", await inventoryOf(UPLOADS), address);
    expect([code, error.length]).toEqual([1, 1]);
    expect(error[0]).toMatch(message);
  });
});
