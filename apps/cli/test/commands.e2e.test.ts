import { join } from "node:path";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Presets } from "@image-pipeline/schema/config";
import { toManifestKey } from "@image-pipeline/schema/keys";
import { Manifest, type ProcessedManifest } from "@image-pipeline/schema/manifest";
import { PROCESSED, UPLOADS } from "@image-pipeline/testing";
import { startProgram } from "@image-pipeline/testing/progress";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalWorld, runLocally, synthesised, temporaryFolder, withPresets } from "./local-world.ts";

const PIPELINE = join(import.meta.dirname, "../bin/pipeline.mjs");
const KEYS = ["a.jpg", "a-b.jpg", "a/b c.jpg", "notes.txt"];
const state = temporaryFolder();
const data = temporaryFolder();
let world: LocalWorld;
let s3: S3Client;

async function start(stacks: string): Promise<void> {
  world = await runLocally(stacks, data);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  s3 = new S3Client({ endpoint: world.endpoint, region: "us-east-1", credentials, forcePathStyle: true });
}
async function stop(): Promise<void> {
  s3?.destroy();
  await world?.stop();
}

/** The real command in its own process, with the real config. */
const started = (name: "check" | "backfill" | "events", ...argv: string[]) =>
  startProgram(PIPELINE, [name, "--endpoint", world.endpoint, ...argv], {
    variables: { XDG_STATE_HOME: state },
  });
const command = (...called: Parameters<typeof started>) => started(...called).ended;
const put = (Bucket: string, Key: string, Body: Buffer | string) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const remove = (Bucket: string, Key: string) => s3.send(new DeleteObjectCommand({ Bucket, Key }));

async function manifestOf(key: string): Promise<ProcessedManifest> {
  const place = { Bucket: PROCESSED, Key: toManifestKey(UPLOADS, key) };
  const { Body } = await s3.send(new GetObjectCommand(place));
  const manifest = Manifest.parse(JSON.parse((await Body?.transformToString()) ?? ""));
  if (manifest.status !== "processed") throw new Error(`${key} is ${manifest.status}`);
  return manifest;
}
/** Invokes the audit as the schedule would, and waits for its end. @returns its progress */
async function scheduledAudit(): Promise<unknown> {
  const url = `${world.endpoint}/2015-03-31/functions/image-pipeline-local-audit/invocations`;
  const headers = { "x-amz-invocation-type": "Event" };
  expect((await fetch(url, { method: "POST", headers, body: "{}" })).status).toBe(202);
  await world.settled();
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: PROCESSED, Key: "audit/progress.json" }));
  return JSON.parse((await Body?.transformToString()) ?? "");
}
const summaryOf = (stdout: string) => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");

/** Images that were rendered before the presets changed to those of the config; one of them is rejected. */
beforeAll(async () => {
  const before = Presets.parse({ thumb: { width: 16, formats: ["webp"] } });
  await start(withPresets(await synthesised(), before));
  const picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: "#336699" } })
    .jpeg()
    .toBuffer();
  for (const key of KEYS) await put(UPLOADS, key, key.endsWith(".txt") ? "no picture" : picture);
  await world.settled();
  await stop();
  await start(await synthesised());
});
afterAll(stop);

test("backfill --only-stale --wait renders exactly the images that a changed preset affects, and check then finds no problem", async () => {
  const byLane = () =>
    ["worker", "backfill"].map((name) => world.processedBy(`image-pipeline-local-${name}`));
  expect(byLane()).toEqual([4, 0]);
  const before = await command("check", "--json");
  const planned = await command("backfill", "--only-stale", "--dry-run");
  const backfilled = await command("backfill", "--only-stale", "--wait");
  const after = await command("check", "--json", "--all", "--grace", "0");
  expect([before.code, planned.code, backfilled.code, after.code]).toEqual([0, 0, 0, 0]);
  expect([summaryOf(before.stdout).outdated, summaryOf(after.stdout).outdated]).toEqual([3, 0]);
  expect(planned.stdout).toContain("3 older-recipe, 1 current\nto publish: 3, to render: 3\n");
  expect(backfilled.stdout).toContain("published 3");
  expect(backfilled.stderr).toContain("everything that was published has been processed");
  expect((await manifestOf("a.jpg")).renditions).toHaveLength(6);
  expect(byLane()).toEqual([4, 3]);
});

test("a second backfill --only-stale finds nothing to do", async () => {
  expect((await command("backfill", "--only-stale")).stdout).toContain("published 0");
});

test("the scheduled audit finds a missing rendition, and none after a repair", async () => {
  const [lost] = (await manifestOf("a.jpg")).renditions;
  await remove(PROCESSED, lost?.key ?? "");
  expect(await scheduledAudit()).toMatchObject({ pass: null, last: { images: 4, gaps: { missing: 1 } } });
  await command("check", "--repair", "--sample", "0", "--wait");
  expect(await scheduledAudit()).toMatchObject({ pass: null, last: { images: 4, gaps: { missing: 0 } } });
});

test("check --repair repairs everything that is damaged", async () => {
  const [lost, cut, altered] = await Promise.all(["a.jpg", "a-b.jpg", "a/b c.jpg"].map(manifestOf));
  const keyOf = (manifest = lost) => manifest?.renditions[0]?.key ?? "";
  await remove(PROCESSED, keyOf(lost));
  await put(PROCESSED, keyOf(cut), "cut");
  await put(PROCESSED, keyOf(altered), Buffer.alloc(altered?.renditions[0]?.bytes ?? 0));
  await put(PROCESSED, `renditions/${lost?.imageId}/unnamed/thumb.webp`, "x");
  await put(PROCESSED, `renditions/${"a".repeat(26)}/stray/thumb.webp`, "x");
  await remove(PROCESSED, toManifestKey(UPLOADS, "notes.txt"));
  await put(PROCESSED, toManifestKey(UPLOADS, "gone.jpg"), JSON.stringify(asOfKey(lost, "gone.jpg")));
  const found = await command("check", "--json", "--all", "--grace", "0", "--repair");
  await world.settled();
  const orphans = await command("check", "--json", "--grace", "0", "--repair");
  const whole = await command("check", "--json", "--all", "--grace", "0");
  expect([found.code, orphans.code, whole.code]).toEqual([1, 1, 0]);
  expect(summaryOf(found.stdout)).toMatchObject({
    gaps: { missing: 2, orphaned: 3, corrupt: 2 },
    repaired: { published: 5, removed: 1 },
  });
  expect(summaryOf(orphans.stdout)).toMatchObject({ repaired: { published: 0, removed: 1 } });
  expect(summaryOf(whole.stdout).images).toMatchObject({ processed: 3, rejected: 1, deleted: 1, broken: 0 });
});

test("events follows a backfill that is interrupted and then continues to its end", async () => {
  const ends = ["--type", "image.processed", "--type", "image.rejected"];
  const events = started("events", "--json", ...ends);
  await events.seen("following");
  const stopped = started("backfill", "--rate", "0.1");
  await events.seen('"subject":"a-b.jpg"');
  stopped.interrupt();
  const first = await stopped.ended;
  const second = await command("backfill");
  await events.seen('"subject":"notes.txt"');
  events.interrupt();
  const followed = await events.ended;
  expect([first.code, second.code, followed.code]).toEqual([130, 0, 0]);
  expect(first.stderr).toContain(`stopped: the same command continues from there (${state}`);
  expect(second.stderr).toContain("continues after a-b.jpg, where the last run stopped");
  const subjects = followed.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).subject);
  expect(subjects.sort()).toEqual(["a-b.jpg", "a.jpg", "a/b c.jpg", "notes.txt"]);
});

test("none of this was an error of the runtime", () => {
  expect(world.faults).toEqual([]);
});

/** The manifest of a source that never existed. */
function asOfKey(manifest: ProcessedManifest | undefined, key: string) {
  return { ...manifest, source: { ...manifest?.source, key }, renditions: manifest?.renditions.slice(0, 1) };
}
