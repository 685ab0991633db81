import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import { type ManifestEvent, toResultEvent } from "@image-pipeline/schema/events";
import { toManifestKey } from "@image-pipeline/schema/keys";
import { Manifest } from "@image-pipeline/schema/manifest";
import { compareSequencers } from "@image-pipeline/schema/processing";
import type { PipelinePlaces } from "./pipeline-places.ts";
import type { Upload } from "./tracked-uploads.ts";

/**
 * Finds out what became of an upload that no message is about any more.
 *
 * @returns the result event for the manifest, or undefined if it is not about the upload or a later one, or
 * cannot be read
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

/** Reads a manifest; returns undefined if there is none, or if it is not one: then its message is in a dead-letter queue. */
async function readManifest(
  s3: S3Client,
  { bucket, key }: { bucket: string; key: string },
): Promise<Manifest | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Manifest.safeParse(JSON.parse((await Body?.transformToString()) ?? "")).data;
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
