import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { fileCheckpoint, toStatePath } from "../../src/backfill/checkpoint.ts";

const RUN = { bucket: "uploads", place: "dev in us-east-1", prefix: "", onlyStale: false, recipeHash: "r1" };
const STATE = { lastKey: "photos/ü.jpg", updatedAt: "2026-01-01T00:00:00.000Z" };

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "checkpoint-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("a saved checkpoint is loaded again, from a folder that it creates", async () => {
  const path = join(temporaryFolder(), "deep", "state.json");
  await fileCheckpoint(path).save(STATE);
  expect(await fileCheckpoint(path).load()).toEqual(STATE);
});

test("a new checkpoint replaces the old one", async () => {
  const folder = temporaryFolder();
  const checkpoint = fileCheckpoint(join(folder, "state.json"));
  await checkpoint.save(STATE);
  await checkpoint.save({ ...STATE, lastKey: "z" });
  expect([readdirSync(folder), (await checkpoint.load())?.lastKey]).toEqual([["state.json"], "z"]);
});

test("there is no checkpoint before the first save, nor after clear", async () => {
  const checkpoint = fileCheckpoint(join(temporaryFolder(), "state.json"));
  const before = await checkpoint.load();
  await checkpoint.save(STATE);
  await checkpoint.clear();
  await checkpoint.clear();
  expect([before, await checkpoint.load()]).toEqual([undefined, undefined]);
});

test("a damaged file is refused, with what to do", async () => {
  const path = join(temporaryFolder(), "state.json");
  writeFileSync(path, "{}");
  await expect(fileCheckpoint(path).load()).rejects.toThrow("is damaged: run with --restart");
});

test("a run keeps its state apart from every other run's", () => {
  const others = [
    { place: "x" },
    { prefix: "p" },
    { onlyStale: true },
    { recipeHash: "r2" },
    { bucket: "b" },
  ];
  const paths = [{}, ...others].map((other) =>
    toStatePath({ XDG_STATE_HOME: "/state" }, { ...RUN, ...other }),
  );
  expect(new Set(paths).size).toBe(6);
  expect(paths[0]).toMatch(/^\/state\/image-pipeline\/backfill-[0-9a-f]{16}\.json$/);
});
