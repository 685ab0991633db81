import { toManifestKey } from "@image-pipeline/schema/keys";
import { aSource, MemoryWorld, UPLOADS } from "@image-pipeline/testing";
import { describe, expect, it } from "vitest";
import { NO_PROGRESS, type Progress } from "../src/progress.ts";
import { type AuditRun, runAudit } from "../src/run-audit.ts";

const KEYS = ["a", "b", "c", "d", "e"];
const WHOLE = { missing: 0, orphaned: 0, corrupt: 0 };

/** Images a to e, and the progress of their audit. */
function images() {
  const world = new MemoryWorld();
  for (const key of KEYS) world.add(aSource({ key: `${key}.jpg` }));
  const found: string[] = [];
  const kept: { progress: Progress | "unreadable" | undefined } = { progress: undefined };
  const run = (other: Partial<AuditRun> = {}) =>
    runAudit({
      audit: world.audit(),
      progress: {
        read: async () => kept.progress,
        write: async (progress) => {
          kept.progress = progress;
        },
      },
      maxImages: 100,
      isTimeLeft: () => true,
      found: ({ key }) => void found.push(key),
      ...other,
    });
  return { world, found, kept, run };
}

describe("a run of the audit", () => {
  it("checks every image if it has the time, and finds no gaps in a complete bucket", async () => {
    const { run, found, kept } = images();
    expect(await run()).toMatchObject({
      images: 5,
      isPassOver: true,
      share: 1,
      lookedForStrays: true,
      gaps: WHOLE,
    });
    expect(found).toEqual([]);
    expect(kept.progress).toEqual({
      ...NO_PROGRESS,
      last: { endedAt: "2026-01-02T00:00:00.000Z", images: 5, gaps: WHOLE },
    });
  });

  it("counts and names missing, orphaned and corrupt objects", async () => {
    const { world, run, found } = images();
    world.manifests.delete(toManifestKey(UPLOADS, "a.jpg"));
    world.sources.delete("b.jpg");
    for (const [key, rendition] of world.renditions)
      if (world.manifests.get("manifests/c.jpg.json")?.renditions.some((named) => named.key === key))
        world.renditions.set(key, { ...rendition, bytes: 1 });
    world.loseRenditions("a.jpg");
    expect(await run()).toMatchObject({ gaps: { missing: 1, orphaned: 1, corrupt: 1 } });
    expect(found).toEqual([
      "manifests/a.jpg.json",
      "manifests/b.jpg.json",
      expect.stringMatching(/^renditions\/.*\/thumb\.webp$/),
    ]);
  });

  it("stops at its maximum, and the next run continues until every image was checked", async () => {
    const { world, run, kept } = images();
    world.manifests.delete(toManifestKey(UPLOADS, "a.jpg"));
    world.loseRenditions("a.jpg");
    const runs = [];
    for (let index = 0; index < 3; index++) runs.push(await run({ maxImages: 2 }));
    expect(runs).toMatchObject([
      { images: 2, isPassOver: false, share: null, gaps: { missing: 1 }, pass: { after: "b.jpg", runs: 1 } },
      { images: 2, isPassOver: false, share: null, gaps: { missing: 1 }, pass: { after: "d.jpg", runs: 2 } },
      { images: 1, isPassOver: true, share: 1, gaps: { missing: 1 }, lookedForStrays: false },
    ]);
    expect(kept.progress).toMatchObject({ pass: null, last: { images: 5, gaps: { missing: 1 } } });
  });

  it("stops when its time is up, but never before it has looked at something", async () => {
    const { run } = images();
    const runs = [];
    for (let index = 0; index < 6; index++) runs.push(await run({ isTimeLeft: () => false }));
    expect(runs.map(({ images: count }) => count)).toEqual([1, 1, 1, 1, 1, 0]);
    expect(runs.map(({ isPassOver }) => isPassOver)).toEqual([false, false, false, false, false, true]);
  });

  it("stops among the renditions too, without losing its findings", async () => {
    const { run } = images();
    let asked = 0;
    const report = await run({ isTimeLeft: () => ++asked < 7 });
    expect(report).toMatchObject({ images: 5, isPassOver: false, lookedForStrays: false });
    expect(await run()).toMatchObject({
      images: 0,
      isPassOver: true,
      lookedForStrays: false,
      pass: { images: 5 },
    });
  });

  it("reports the gaps of the last complete pass until another one is complete", async () => {
    const { world, run } = images();
    const manifest = world.manifests.get(toManifestKey(UPLOADS, "e.jpg"));
    world.manifests.delete(toManifestKey(UPLOADS, "e.jpg"));
    await run();
    if (manifest) world.manifests.set(toManifestKey(UPLOADS, "e.jpg"), manifest);
    expect(await run({ maxImages: 3 })).toMatchObject({
      isPassOver: false,
      share: 0.6,
      gaps: { missing: 1 },
    });
    expect(await run()).toMatchObject({ isPassOver: true, gaps: WHOLE });
  });

  it("starts a new pass for another prefix, and if its progress is unreadable", async () => {
    const { world, run, kept } = images();
    await run({ maxImages: 2 });
    expect(await run({ audit: world.audit({ prefix: "d" }) })).toMatchObject({
      images: 1,
      isPassOver: true,
      lookedForStrays: false,
    });
    kept.progress = "unreadable";
    expect(await run()).toMatchObject({ images: 5, isPassOver: true, hadUnreadableProgress: true });
  });

  it("leaves its progress alone when it fails, so that the next one looks at the same again", async () => {
    const { world, run, kept } = images();
    await run({ maxImages: 2 });
    const before = structuredClone(kept.progress);
    const audit = world.audit();
    const broken = {
      ...audit,
      ports: { ...audit.ports, manifests: { ...audit.ports.manifests, read: denied } },
    };
    await expect(run({ audit: broken })).rejects.toThrow("denied");
    expect(kept.progress).toEqual(before);
  });
});

async function denied(): Promise<never> {
  throw new Error("denied");
}
