import { createHash } from "node:crypto";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { toManifestKey } from "@image-pipeline/schema/keys";
import { UploadedManifest } from "@image-pipeline/schema/manifest";
import { whileProgressing } from "@image-pipeline/testing/progress";
import sharp from "sharp";
import { afterAll, expect, it } from "vitest";
import type { Ending } from "../../src/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { startChaosPipeline } from "./chaos-pipeline.ts";
import { deploy, deployedVersions, NEXT_PRESET, NEXT_REVISION, nextVersions } from "./next-release.ts";
import { type Expected, faultsOf } from "./traffic.ts";

const KEYS = 24;
/** Some events are delivered twice, so that a version sees what another one has done. */
const SHARES = {
  slowDown: 0,
  conflict: 0,
  resetBefore: 0,
  resetAfter: 0,
  duplicate: 0.2,
  latencyMilliseconds: 20,
};

type Chaos = Awaited<ReturnType<typeof startChaosPipeline>>;

it("loses no image when functions change their code and variables in the middle of a burst, and change back", async () => {
  const folder = temporaryFolder(afterAll);
  const chaos = await startChaosPipeline({ folder, shares: SHARES, random: Math.random });
  const next = await nextVersions(chaos.topology.functions, folder);
  const names = new Set(next.map(({ name }) => name));
  const deployed = deployedVersions(chaos.topology.functions.filter(({ name }) => names.has(name)));
  const expected: Expected = new Map();
  const all = Array.from({ length: KEYS }, (_, index) => `${index}.jpg`);
  const workflow = ["review/a.jpg", "review/b.jpg"];

  await upload(chaos, [...all, ...workflow], expected);
  await ended(chaos, KEYS / 2);
  deploy(next, chaos.functions);
  // The next release finds manifests and messages of this one, and this one finds those of the next release.
  await upload(chaos, [...all.slice(0, (2 * KEYS) / 3), ...workflow], expected);
  await ended(chaos, KEYS + KEYS / 3);
  deploy(deployed, chaos.functions);
  await upload(chaos, all.slice(0, KEYS / 3), expected);
  await chaos.settled();

  const uploads = chaos.endings.filter((ending) => ending.upload);
  const manifests = await Promise.all([...expected.keys()].map((key) => manifestOf(chaos, key)));
  const faults = await Promise.all([...expected.keys()].map((key) => faultsOf(key, expected, chaos)));
  await chaos.stop();

  expect(faults.flat()).toEqual([]);
  expect(uploads).toHaveLength(2 * KEYS + 2 * workflow.length);
  expect(uploads.filter(({ fate }) => fate !== "processed" && fate !== "superseded")).toEqual([]);
  // A step of the workflow fails if a newer upload has replaced the image.
  expect(chaos.failures.filter(({ error }) => !error.startsWith("SOURCE_CHANGED"))).toEqual([]);
  const releases = manifests.filter(({ source: { key } }) => !workflow.includes(key)).map(releaseOf);
  expect(new Set(releases)).toEqual(new Set(["this release", "the next release"]));
  const histories = all.map((key) => historyOf(key, chaos.endings)).join("; ");
  expect(histories).toContain("this release, the next release");
  expect(histories).toContain("the next release, this release");
});

/** Returns the releases that processed an image, in order. */
function historyOf(key: string, endings: readonly Ending[]): string {
  return endings
    .filter((ending) => ending.key === key && ending.fate === "processed")
    .map(({ renditions }) =>
      renditions.some(({ preset }) => preset === NEXT_PRESET) ? "the next release" : "this release",
    )
    .join(", ");
}

/** Uploads a new picture for each key. */
async function upload({ s3, places }: Chaos, keys: readonly string[], expected: Expected): Promise<void> {
  const Bucket = places.uploadBucket;
  await Promise.all(
    keys.map(async (Key) => {
      const background = { r: Math.random() * 255, g: Math.random() * 255, b: Math.random() * 255 };
      const Body = await sharp({ create: { width: 90, height: 60, channels: 3, background } })
        .jpeg()
        .toBuffer();
      await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
      expected.set(Key, { eTag: createHash("md5").update(Body).digest("hex"), status: "processed" });
    }),
  );
}

/** Waits until so many uploads have ended. */
async function ended({ endings, progress, onEnding }: Chaos, count: number): Promise<void> {
  const reached = Promise.withResolvers<void>();
  const look = () => endings.length >= count && reached.resolve();
  onEnding(look);
  look();
  await whileProgressing(reached.promise, progress);
}

async function manifestOf({ s3, places }: Chaos, key: string): Promise<UploadedManifest> {
  const { Body } = await s3.send(
    new GetObjectCommand({
      Bucket: places.processedBucket,
      Key: toManifestKey(places.uploadBucket, key),
    }),
  );
  return UploadedManifest.parse(JSON.parse((await Body?.transformToString()) ?? ""));
}

/** Returns the release that wrote a manifest, or a description of a manifest of one release's code and the other's variables. */
function releaseOf({ engine, renditions }: UploadedManifest): string {
  const hasCode = engine.revision === NEXT_REVISION;
  const hasPreset = renditions.some(({ preset }) => preset === NEXT_PRESET);
  if (hasCode !== hasPreset)
    return `code ${engine.revision} with ${hasPreset ? "the next" : "this"} release's presets`;
  return hasCode ? "the next release" : "this release";
}
