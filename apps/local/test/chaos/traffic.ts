import { createHash } from "node:crypto";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { toManifestKey } from "@image-pipeline/schema/keys";
import { Manifest } from "@image-pipeline/schema/manifest";
import sharp from "sharp";
import type { PipelinePlaces } from "../../src/tracking/pipeline-places.ts";

/** The expected state of a key after its last operation: the eTag of its source, or that it is deleted. */
export type Expected = Map<
  string,
  { eTag: string; status: "processed" | "rejected" } | { status: "deleted" }
>;

/** Random uploads, overwrites, copies, deletes and files that are no pictures, over keys that S3 would encode. */
export async function makeTraffic(
  { s3, places }: { s3: S3Client; places: PipelinePlaces },
  {
    steps,
    keys,
    random,
    between,
  }: { steps: number; keys: number; random: () => number; between: () => void },
): Promise<{ expected: Expected; uploads: number }> {
  const Bucket = places.uploadBucket;
  const expected: Expected = new Map();
  let uploads = 0;
  for (let step = 0; step < steps; step++) {
    const Key = `chaos ${Math.floor(random() * keys)}+ü.jpg`;
    const kind = random();
    const before = expected.get(Key);
    if (kind < 0.15 && before && before.status !== "deleted") {
      await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      expected.set(Key, { status: "deleted" });
    } else if (kind < 0.25 && before && before.status === "processed") {
      const copy = `copy of ${Key}`;
      await s3.send(
        new CopyObjectCommand({ Bucket, Key: copy, CopySource: encodeURIComponent(`${Bucket}/${Key}`) }),
      );
      expected.set(copy, before);
      uploads++;
    } else {
      const isPicture = kind < 0.9;
      const Body = isPicture ? await picture(random) : Buffer.from(`no picture ${random()}`);
      await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
      const eTag = createHash("md5").update(Body).digest("hex");
      expected.set(Key, { eTag, status: isPicture ? "processed" : "rejected" });
      uploads++;
    }
    between();
  }
  return { expected, uploads };
}

/** Small and never the same twice. */
function picture(random: () => number): Promise<Buffer> {
  const background = { r: random() * 255, g: random() * 255, b: random() * 255 };
  const height = 30 + Math.floor(random() * 60);
  return sharp({ create: { width: 90, height, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

/** The faults of a key's end state, empty if it equals the state after an undisturbed sequential run. */
export async function faultsOf(
  key: string,
  expected: Expected,
  { s3, places }: { s3: S3Client; places: PipelinePlaces },
): Promise<string[]> {
  const bytes = async (Key: string) => {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: places.processedBucket, Key }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };
  const stored = await bytes(toManifestKey(places.uploadBucket, key));
  if (!stored) return [`${key}: no manifest`];
  const manifest = Manifest.parse(JSON.parse(Buffer.from(stored).toString()));
  const wanted = expected.get(key);
  const faults: string[] = [];
  if (manifest.status !== wanted?.status) faults.push(`${key}: ${manifest.status}, not ${wanted?.status}`);
  if (wanted && "eTag" in wanted && manifest.status !== "deleted" && manifest.source.eTag !== wanted.eTag)
    faults.push(`${key}: an older version is stored`);
  for (const rendition of manifest.renditions) {
    const data = await bytes(rendition.key);
    const sha256 = data && createHash("sha256").update(data).digest("hex");
    if (sha256 !== rendition.sha256) faults.push(`${rendition.key}: ${data ? "other bytes" : "missing"}`);
  }
  return faults;
}
