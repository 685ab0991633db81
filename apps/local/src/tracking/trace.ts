import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import {
  compareSequencers,
  Manifest,
  type ManifestEvent,
  toManifestKey,
  toResultEvent,
} from "@image-pipeline/schema";
import type { PipelinePlaces } from "./pipeline-places.ts";
import type { Upload } from "./tracked-uploads.ts";

/**
 * What the manifest says of an upload of which nothing is on its way any more: the result event that it stands for, or
 * undefined where it knows nothing of the upload and of none that came later.
 */
export async function traceUpload(
  { key, sequencer }: Upload,
  { places, s3 }: { places: PipelinePlaces; s3: S3Client },
): Promise<ManifestEvent | undefined> {
  const at = { bucket: places.processedBucket, key: toManifestKey(places.uploadBucket, key) };
  const manifest = await readManifest(s3, at);
  const known = manifest?.source.sequencer ?? null;
  return manifest && known !== null && compareSequencers(known, sequencer) >= 0
    ? toResultEvent(manifest, at)
    : undefined;
}

async function readManifest(
  s3: S3Client,
  { bucket, key }: { bucket: string; key: string },
): Promise<Manifest | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Manifest.parse(JSON.parse((await Body?.transformToString()) ?? ""));
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
