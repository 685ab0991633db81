import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { inventoryPlace, readInventoryManifest } from "@image-pipeline/audit/inventory";
import { toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import {
  aSource,
  collect,
  type ListedVersion,
  MemoryWorld,
  PROCESSED,
  processed,
  UPLOADS,
  writeInventory,
} from "@image-pipeline/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditImages } from "../../src/audit-images.ts";
import type { Audit } from "../../src/audit-rules.ts";
import type { ImageReport } from "../../src/findings.ts";
import { auditInventories } from "../../src/inventory/audit-inventories.ts";
import { addTo, emptyTally } from "../../src/tally.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "inventory-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const s3 = new S3Client({ region: "us-east-1" });
const sampling = { size: 0, random: Math.random };
const { signal } = new AbortController();
const LONG_AGO = new Date("2025-01-01");

/** Writes the inventories of a world as it is now. */
async function inventoriesOf(world: MemoryWorld) {
  const sources: ListedVersion[] = [...world.sources.values()];
  const renditions = [...world.renditions.values()].map(({ key, bytes, modifiedAt }) => ({
    ...{ key, size: bytes, modifiedAt },
    eTag: "e",
  }));
  const manifests = [...world.manifests.keys()].map((key) => ({
    ...{ key, size: 1, eTag: "e", modifiedAt: LONG_AGO },
  }));
  const open = async (bucket: string, objects: ListedVersion[]) => {
    const place = inventoryPlace(writeInventory(folder, { bucket, objects }), s3);
    return { inventory: await readInventoryManifest(place), place };
  };
  return {
    sources: await open(UPLOADS, sources),
    processed: await open(PROCESSED, [...renditions, ...manifests]),
  };
}

type Opened = Awaited<ReturnType<typeof inventoriesOf>>;

const byInventories = (audit: Audit, inventories: Opened) =>
  collect(auditInventories(audit, { ...sampling, inventories, signal, onRead: () => undefined }));

/** All that reports say but the reasons, in no order; `elsewhere` counts listings, not images. */
function toFacts(reports: readonly ImageReport[]) {
  const tally = emptyTally();
  for (const report of reports) addTo(tally, report);
  const findings = reports.flatMap((report) =>
    report.findings.map(({ gap, what, key, source }) => JSON.stringify([gap, what, key, source])),
  );
  return { ...tally, images: { ...tally.images, elsewhere: 0 }, findings: findings.toSorted() };
}

const KEY = fc.string({
  unit: fc.constantFrom("a", "b", "-", ".", "/", " ", "+", "%", '"', ",", "\n", "é", "𝒳"),
  minLength: 1,
  maxLength: 6,
});
const FATES = ["whole", "no manifest", "no source", "no renditions", "older", "stray", "foreign"] as const;

function addImage(world: MemoryWorld, key: string, fate: (typeof FATES)[number]): void {
  world.add(aSource({ key }));
  if (fate === "no manifest" || fate === "stray") world.manifests.delete(toManifestKey(UPLOADS, key));
  if (fate === "no source" || fate === "stray" || fate === "foreign") world.sources.delete(key);
  if (fate === "no renditions") world.loseRenditions(key);
  if (fate === "older")
    world.sources.set(key, { key, eTag: "newer", size: 1, modifiedAt: new Date("2025-06-01") });
  if (fate !== "foreign") return;
  world.loseRenditions(key);
  const manifest = processed({ ...aSource({ key }), bucket: "other-uploads" });
  world.manifests.set(toManifestKey(UPLOADS, key), manifest);
  for (const rendition of manifest.renditions)
    world.renditions.set(rendition.key, { ...rendition, modifiedAt: LONG_AGO });
}

describe("an audit by inventories", () => {
  it("has the result of an audit by listings, for any keys and problems", () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(KEY, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.constantFrom(...FATES)),
        fc.constantFrom("", "a"),
        async (keys, fates, prefix) => {
          const world = new MemoryWorld();
          for (const key of [...keys, `long/${"x".repeat(1015)}`]) addImage(world, key, fates.next().value);
          const audit = world.audit({ prefix });
          const listed = await collect(auditImages(audit, sampling));
          const inventories = await inventoriesOf(world);
          expect(toFacts(await byInventories(audit, inventories))).toEqual(toFacts(listed));
        },
      ),
      { numRuns: 60 },
    ));

  it("lists neither bucket while all images are whole", async () => {
    const world = new MemoryWorld();
    for (const key of ["a", "b", "c"]) world.add(aSource({ key }));
    const inventories = await inventoriesOf(world);
    const { ports, rules } = world.audit();
    const listing = () => {
      throw new Error("it is listed");
    };
    const without = {
      sources: { ...ports.sources, list: listing },
      manifests: { ...ports.manifests, list: listing },
      renditions: { ...ports.renditions, list: listing, imageIds: listing },
    };
    const { images, renditions } = toFacts(await byInventories({ ports: without, rules }, inventories));
    expect([images.processed, renditions]).toEqual([3, 3]);
  });

  it("reports no problem of an image that was deleted, overwritten or repaired since", async () => {
    const world = new MemoryWorld();
    for (const key of ["deleted", "overwritten", "repaired"]) world.add(aSource({ key }));
    world.loseRenditions("repaired");
    const inventories = await inventoriesOf(world);
    world.sources.delete("deleted");
    world.manifests.delete(toManifestKey(UPLOADS, "deleted"));
    world.loseRenditions("deleted");
    for (const key of ["overwritten", "repaired"]) world.add(aSource({ key, eTag: "e2" }));
    const { findings, images } = toFacts(await byInventories(world.audit(), inventories));
    expect(findings).toEqual([]);
    expect(images).toMatchObject({ processed: 2, deleted: 1, pending: 0, broken: 0 });
  });

  it("reports a stray rendition without a repair, and not one that was young when the inventory was made", async () => {
    const world = new MemoryWorld();
    for (const key of ["old", "young"]) addImage(world, key, "stray");
    const young = `renditions/${toImageId(UPLOADS, "young")}/`;
    for (const [key, rendition] of world.renditions)
      if (key.startsWith(young)) rendition.modifiedAt = new Date("2026-01-01T02:00:00Z");
    const reports = await byInventories(world.audit(), await inventoriesOf(world));
    expect(reports.filter(({ state }) => state === "stray")).toMatchObject([
      {
        findings: [{ gap: "orphaned", key: expect.stringContaining(toImageId(UPLOADS, "old")) }],
        remedy: { publish: null, remove: [] },
      },
    ]);
  });
});
