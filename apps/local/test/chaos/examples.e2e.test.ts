import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { Analysis } from "@image-pipeline/schema/analysis";
import { toAnalysisKey, toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import { Manifest } from "@image-pipeline/schema/manifest";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { startChaosPipeline } from "./chaos-pipeline.ts";

let pipeline: Awaited<ReturnType<typeof startChaosPipeline>>;
beforeAll(async () => {
  pipeline = await startChaosPipeline({ folder: temporaryFolder(afterAll) });
});
afterAll(() => pipeline.stop());

function picture(background: string): Promise<Buffer> {
  return sharp({ create: { width: 60, height: 40, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

/** An animation with a plain frame for each colour. */
async function animation(colours: readonly string[]): Promise<Buffer> {
  const [width, height] = [60, 40];
  const frames = colours.map((background) =>
    sharp({ create: { width, height, channels: 3, background } })
      .raw()
      .toBuffer(),
  );
  const raw = { width, height: height * colours.length, channels: 3, pageHeight: height } as const;
  return sharp(Buffer.concat(await Promise.all(frames)), { raw })
    .gif({ delay: colours.map(() => 100) })
    .toBuffer();
}

function transparent(background: { r: number; g: number; b: number; alpha: number }): Promise<Buffer> {
  return sharp({ create: { width: 60, height: 40, channels: 4, background } })
    .png()
    .toBuffer();
}

/** Puts an object and waits until it is processed completely. @returns its eTag without quotes */
async function put(Key: string, Body: Buffer): Promise<string> {
  const { s3, places, settled } = pipeline;
  const { ETag = "" } = await s3.send(new PutObjectCommand({ Bucket: places.uploadBucket, Key, Body }));
  await settled();
  return ETag.replaceAll('"', "");
}

async function remove(Key: string): Promise<void> {
  await pipeline.s3.send(new DeleteObjectCommand({ Bucket: pipeline.places.uploadBucket, Key }));
  await pipeline.settled();
}

async function manifestOf(key: string): Promise<Manifest> {
  const { s3, places } = pipeline;
  const Key = toManifestKey(places.uploadBucket, key);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: places.processedBucket, Key }));
  return Manifest.parse(JSON.parse((await Body?.transformToString()) ?? ""));
}

async function renditionsOf(key: string): Promise<string[]> {
  const { s3, places } = pipeline;
  const Prefix = `renditions/${toImageId(places.uploadBucket, key)}/`;
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: places.processedBucket, Prefix }),
  );
  return Contents.flatMap(({ Key }) => Key ?? []);
}

/** Gives ingest an event as if S3 did so again, late, or for the first time; it must not reach a dead-letter queue. */
async function deliver(event: unknown): Promise<void> {
  const { functionName = "" } = pipeline.topology.notifications[0] ?? {};
  const { status } = await fetch(`${pipeline.endpoint}/2015-03-31/functions/${functionName}/invocations`, {
    method: "POST",
    body: JSON.stringify(event),
    headers: { "x-amz-invocation-type": "Event" },
  });
  expect(status).toBe(202);
  await pipeline.settled();
  expect(deadLetters()).toEqual(pipeline.places.deadLetterQueues.map(() => 0));
}

/** An event of S3's from long ago: its sequencer is older than any other. */
function oldEvent(key: string, eTag: string, eventName = "ObjectCreated:Put") {
  const object = { key, eTag, size: 100, sequencer: "0".repeat(18) };
  const s3 = { bucket: { name: pipeline.places.uploadBucket }, object };
  return { Records: [{ eventVersion: "2.6", eventName, eventTime: "2020-01-01T00:00:00.000Z", s3 }] };
}

const deadLetters = () =>
  pipeline.places.deadLetterQueues.map((queue) => pipeline.services.count(queue).visible);

describe("uploads of every kind", () => {
  it("processes an upload in parts", async () => {
    const { s3, places, settled } = pipeline;
    const at = { Bucket: places.uploadBucket, Key: "in parts.jpg" };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at));
    const part = { PartNumber: 1, Body: await picture("#112233") };
    const { ETag } = await s3.send(new UploadPartCommand({ ...at, UploadId, ...part }));
    const Parts = [{ PartNumber: 1, ETag }];
    await s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
    await settled();
    expect(await manifestOf(at.Key)).toMatchObject({ status: "processed", facts: { width: 60, height: 40 } });
  });

  it("processes a copy under its own key", async () => {
    const { s3, places, settled } = pipeline;
    await put("original.jpg", await picture("#223344"));
    const CopySource = `${places.uploadBucket}/original.jpg`;
    await s3.send(new CopyObjectCommand({ Bucket: places.uploadBucket, Key: "copy.jpg", CopySource }));
    await settled();
    expect(await manifestOf("copy.jpg")).toMatchObject({
      status: "processed",
      source: { key: "copy.jpg" },
    });
  });

  it("consumes S3's test event without a message in a dead-letter queue", async () => {
    await deliver({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: pipeline.places.uploadBucket });
  });
});

describe("the order of one key", () => {
  it("replaces the first version with the second and keeps the first renditions for the grace period", async () => {
    await put("twice.jpg", await picture("#334455"));
    const first = await renditionsOf("twice.jpg");
    const eTag = await put("twice.jpg", await picture("#445566"));
    const manifest = await manifestOf("twice.jpg");
    expect(manifest).toMatchObject({ status: "processed", source: { eTag } });
    const current = manifest.renditions.map(({ key }) => key);
    expect((await renditionsOf("twice.jpg")).toSorted()).toEqual([...first, ...current].toSorted());
    expect(current.filter((key) => first.includes(key))).toEqual([]);
  });

  it("ignores the event of the first version if it arrives after that of the second", async () => {
    const first = await put("late.jpg", await picture("#556677"));
    await put("late.jpg", await picture("#667788"));
    const standing = await manifestOf("late.jpg");
    await deliver(oldEvent("late.jpg", first));
    expect(await manifestOf("late.jpg")).toEqual(standing);
  });

  it("ignores a delete that is older than the current upload", async () => {
    await put("alive.jpg", await picture("#778899"));
    await deliver(oldEvent("alive.jpg", "", "ObjectRemoved:Delete"));
    expect(await manifestOf("alive.jpg")).toMatchObject({ status: "processed" });
  });
});

describe("tombstones", () => {
  it("writes a tombstone without renditions for a delete, and ignores an older upload event after it", async () => {
    const eTag = await put("dead.jpg", await picture("#8899aa"));
    await remove("dead.jpg");
    await deliver(oldEvent("dead.jpg", eTag));
    expect(await manifestOf("dead.jpg")).toMatchObject({ status: "deleted", renditions: [] });
    expect(await renditionsOf("dead.jpg")).toEqual([]);
  });

  it("processes the same picture again when it is uploaded after its delete", async () => {
    const body = await picture("#99aabb");
    await put("again.jpg", body);
    await remove("again.jpg");
    await put("again.jpg", body);
    const { status, renditions } = await manifestOf("again.jpg");
    expect(status).toBe("processed");
    expect((await renditionsOf("again.jpg")).toSorted()).toEqual(renditions.map(({ key }) => key).toSorted());
  });

  it("leaves `a/b` unchanged when `a` is deleted", async () => {
    for (const key of ["a", "a/b"]) await put(key, await picture("#aabbcc"));
    await remove("a");
    expect(await manifestOf("a")).toMatchObject({ status: "deleted" });
    const { status, renditions } = await manifestOf("a/b");
    expect(status).toBe("processed");
    expect(await renditionsOf("a/b")).toHaveLength(renditions.length);
  });
});

describe("analysis", () => {
  async function analysisOf(key: string): Promise<Analysis> {
    const { s3, places } = pipeline;
    const Key = toAnalysisKey(toImageId(places.uploadBucket, key));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: places.processedBucket, Key }));
    return Analysis.parse(JSON.parse((await Body?.transformToString()) ?? ""));
  }

  async function tagsOf(key: string): Promise<string[]> {
    const { s3, places } = pipeline;
    const keys = (await manifestOf(key)).renditions.map((rendition) => rendition.key);
    const tags = keys.map(async (Key) => {
      const at = { Bucket: places.processedBucket, Key };
      const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand(at));
      return TagSet.map(({ Key, Value }) => `${Key}=${Value}`).join();
    });
    return [...new Set(await Promise.all(tags))];
  }

  it("is stored for an upload and announced", async () => {
    await put("seen.jpg", await picture("#2850c8"));
    expect(await analysisOf("seen.jpg")).toMatchObject({
      status: "analyzed",
      verdict: "allow",
      labels: expect.arrayContaining([expect.objectContaining({ name: "Blue" })]),
      moderation: [],
      models: { labels: "simulated", moderation: "simulated" },
    });
    expect(await manifestOf("seen.jpg")).toMatchObject({ status: "processed" });
    expect(await tagsOf("seen.jpg")).toEqual([""]);
  });

  it("hides all renditions of a quarantined picture, and none of the harmless one that replaces it", async () => {
    await put("condemned.jpg", await picture("#dc1e1e"));
    expect(await analysisOf("condemned.jpg")).toMatchObject({
      verdict: "quarantine",
      rules: [{ label: "Violence" }],
    });
    expect(await tagsOf("condemned.jpg")).toEqual(["quarantine=true"]);
    await put("condemned.jpg", await picture("#28963c"));
    expect(await analysisOf("condemned.jpg")).toMatchObject({ verdict: "allow" });
    expect(await tagsOf("condemned.jpg")).toEqual([""]);
  });

  it("sees what an animation shows last, and what transparency shows on a dark page", async () => {
    await put("animation.gif", await animation(["#28963c", "#28823c", "#286e3c", "#dc1e1e"]));
    await put("transparent.png", await transparent({ r: 255, g: 20, b: 20, alpha: 0.8 }));
    await put("harmless.gif", await animation(["#28963c", "#28823c", "#286e3c"]));
    for (const key of ["animation.gif", "transparent.png"]) {
      expect(await analysisOf(key)).toMatchObject({ verdict: "quarantine" });
      expect(await tagsOf(key)).toEqual(["quarantine=true"]);
    }
    expect(await analysisOf("harmless.gif")).toMatchObject({ verdict: "allow", calls: 6 });
  });

  it("becomes a tombstone when its image is deleted", async () => {
    await put("gone.jpg", await picture("#dc1e1e"));
    await remove("gone.jpg");
    expect(await analysisOf("gone.jpg")).toMatchObject({ status: "deleted" });
  });
});
