import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { inventoryPlace, readInventoryManifest } from "@image-pipeline/audit/inventory";
import { collect, type ListedVersion, PROCESSED, UPLOADS, writeInventory } from "@image-pipeline/testing";
import { type PipelineBuckets, pipelineBuckets } from "@image-pipeline/testing/fauxqs";
import { startProgram } from "@image-pipeline/testing/progress";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readObjects } from "../../src/inventory/read-objects.ts";

let world: PipelineBuckets;
let folder: string;
beforeAll(async () => {
  world = await pipelineBuckets();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inventory-test-"));
  return () => rmSync(folder, { recursive: true });
});
afterAll(() => world.stop());

const object = (key: string, more: Partial<ListedVersion> = {}): ListedVersion => ({
  ...{ key, size: 5, eTag: "e1", modifiedAt: new Date("2025-01-01T00:00:00.123Z") },
  ...more,
});
const write = (objects: readonly ListedVersion[] = [object("a.jpg")], manifest = {}) =>
  writeInventory(folder, { bucket: UPLOADS, objects, manifest });
const dataOf = (path: string) => join(dirname(path), "../data/0.csv.gz");

async function read(path: string) {
  const place = inventoryPlace(path, world.s3);
  return (await collect(readObjects(await readInventoryManifest(place), place))).flat();
}

describe("an inventory", () => {
  it("gives the current objects of a bucket with versions", async () => {
    const path = write([
      object("a b+ü.jpg"),
      object("a b+ü.jpg", { isLatest: false, size: 4 }),
      object("deleted.jpg", { isDeleteMarker: true, eTag: "" }),
    ]);
    expect(await read(path)).toEqual([
      {
        ...{ key: "a b+ü.jpg", encodedKey: "a+b%2B%C3%BC.jpg", size: 5, eTag: "e1" },
        modifiedAt: Date.parse("2025-01-01T00:00:00.123Z"),
      },
    ]);
  });

  it("is read from a copy that has its files beside the manifest", async () => {
    const path = write();
    for (const name of ["0.csv.gz", "1.csv.gz"])
      renameSync(join(dirname(path), "../data", name), join(dirname(path), name));
    expect(await read(path)).toHaveLength(1);
  });

  it("is read from its bucket, by the keys of its manifest", async () => {
    const { readFileSync, globSync } = await import("node:fs");
    write([object("a.jpg"), object("b.jpg")]);
    world.server.createBucket("inventories");
    for (const Key of globSync("**/*.*", { cwd: folder }))
      await world.s3.send(
        new PutObjectCommand({ Bucket: "inventories", Key, Body: readFileSync(join(folder, Key)) }),
      );
    const address = `s3://inventories/${UPLOADS}/daily/2026-01-01T01-00Z/manifest.json`;
    expect(await read(address)).toHaveLength(2);
    await expect(read("s3://inventories/none/manifest.json")).rejects.toThrow(
      "there is no s3://inventories/none",
    );
  });

  it.each<[string, (path: string) => void, RegExp]>([
    [
      "a changed manifest",
      (path) => appendFileSync(path, " "),
      /damaged: its MD5 is not that of manifest.checksum/,
    ],
    ["a cut file", (path) => truncateSync(dataOf(path), 20), /0\.csv\.gz of the inventory cannot be read/],
    [
      "another file",
      (path) => renameSync(join(dirname(dataOf(path)), "1.csv.gz"), dataOf(path)),
      /damaged: its MD5/,
    ],
    [
      "a missing file",
      (path) => rmSync(dataOf(path)),
      /0\.csv\.gz, a file of .*, is not there: it is looked for at/,
    ],
    [
      "another JSON file",
      (path) => rmSync(join(dirname(path), "manifest.checksum")) ?? writeFileSync(path, "{}"),
      /is not the manifest.json of an S3 inventory/,
    ],
    ["no manifest", (path) => rmSync(path), /cannot be read: give the path of an inventory's manifest.json/],
  ])("is refused with %s", async (_case, damage, message) => {
    const path = write([object("a.jpg"), object("b.jpg")]);
    damage(path);
    await expect(read(path)).rejects.toThrow(message);
  });

  it.each([
    [{ fileFormat: "Parquet" }, "has files of Parquet, and only CSV is read"],
    [{ fileFormat: "ORC" }, "has files of ORC, and only CSV is read"],
    [{ fileSchema: "Bucket, Key, Size" }, "lacks LastModifiedDate, ETag: add it to the fields"],
    [
      { fileSchema: "Bucket, Key, Size, ETag, StorageClass, LastModifiedDate" },
      "has not the fields of its manifest",
    ],
    [
      { fileSchema: "Bucket, ETag, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, Key" },
      "has not the fields of its manifest",
    ],
  ])("is refused with %j", async (manifest, message) => {
    await expect(read(write([object("a.jpg", { eTag: "100%" })], manifest))).rejects.toThrow(message);
  });
});

it("200,000 objects are brought together by image in a heap of 64 MiB", async () => {
  const images = 25_000;
  function* sources() {
    for (let index = 0; index < images; index++) yield object(`photos/2025/${index}.jpg`);
  }
  function* results() {
    for (let index = 0; index < images; index++) {
      yield object(`manifests/photos/2025/${index}.jpg.json`);
      for (let each = 0; each < 6; each++) yield object(`renditions/${index}/tag/preset-${each}.avif`);
    }
  }
  const paths = [
    writeInventory(folder, { bucket: UPLOADS, objects: sources(), files: 3 }),
    writeInventory(folder, { bucket: PROCESSED, objects: results(), files: 3 }),
  ];
  const { code, stdout, stderr } = await startProgram(join(import.meta.dirname, "count-images.ts"), paths, {
    variables: { NODE_OPTIONS: "--max-old-space-size=64" },
  }).ended;
  expect({ code, stderr, stdout: JSON.parse(stdout || "{}") }).toEqual({
    code: 0,
    stderr: "",
    stdout: { images: 2 * images, objects: 8 * images },
  });
});
