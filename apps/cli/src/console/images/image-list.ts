import type { S3Client } from "@aws-sdk/client-s3";
import { type ListedObject, listObjects } from "@image-pipeline/audit/storage";
import { byPlace } from "@image-pipeline/console/api/images";
import { toManifestKey } from "@image-pipeline/schema/keys";
import type { OpenPipeline } from "../../connection/open-pipeline.ts";

/** An image as S3's listings show it, before its manifest is read. */
export interface ListedImage {
  key: string;
  manifestKey: string;
  /** Null for an image without a manifest. */
  manifestETag: string | null;
  /** Null for an image whose source is gone. */
  bytes: number | null;
  /** Milliseconds since 1970. */
  modifiedAt: number;
}

/** All images of a pipeline, newest first. */
export type ImageList = readonly ListedImage[];

const MANIFESTS = "manifests/";
const HASHED = "manifests/.hashed/";
const SUFFIX = ".json";

/** Lists all images, since S3 lists by key and a gallery starts with the newest. A listing of 50,000 images is 100 requests. */
export async function listImages(pipeline: OpenPipeline): Promise<ImageList> {
  const { connection, sources, manifests } = pipeline;
  const { s3, names, accountId } = connection;
  const { prefix } = connection.pipeline.uploads;
  const images = new Map<string, ListedImage>();
  const listSources = async () => {
    for await (const { key, size, modifiedAt } of sources.list(prefix)) {
      const manifestKey = toManifestKey(sources.bucket, key);
      const image = { key, manifestKey, manifestETag: null, bytes: size, modifiedAt: modifiedAt.getTime() };
      images.set(manifestKey, image);
    }
  };
  const found: { key: string; eTag: string; modifiedAt: Date }[] = [];
  const listManifests = async () => {
    const listing = { bucket: names.processedBucket(accountId), prefix: MANIFESTS };
    for await (const object of listObjects(s3, listing)) found.push(object);
  };
  await Promise.all([listSources(), listManifests()]);
  for (const { key: manifestKey, eTag, modifiedAt } of found) {
    const image = images.get(manifestKey);
    const key = image?.key ?? (await keyOf(manifestKey, manifests));
    if (key === undefined) continue;
    const time = Math.max(image?.modifiedAt ?? 0, modifiedAt.getTime());
    const bytes = image?.bytes ?? null;
    images.set(manifestKey, { key, manifestKey, manifestETag: eTag, bytes, modifiedAt: time });
  }
  return [...images.values()].sort(byPlace);
}

/** Lists one image, by two requests; undefined if it has neither a source nor a manifest. */
export async function listImage(
  { connection, sources }: OpenPipeline,
  key: string,
): Promise<ListedImage | undefined> {
  const { s3, names, accountId } = connection;
  const manifestKey = toManifestKey(sources.bucket, key);
  const [source, manifest] = await Promise.all([
    listOne(s3, sources.bucket, key),
    listOne(s3, names.processedBucket(accountId), manifestKey),
  ]);
  if (!source && !manifest) return undefined;
  return {
    key,
    manifestKey,
    manifestETag: manifest?.eTag ?? null,
    bytes: source?.size ?? null,
    modifiedAt: Math.max(source?.modifiedAt.getTime() ?? 0, manifest?.modifiedAt.getTime() ?? 0),
  };
}

/** An object as a listing shows it: the key itself is the first of those that begin with it. */
async function listOne(s3: S3Client, bucket: string, key: string): Promise<ListedObject | undefined> {
  for await (const object of listObjects(s3, { bucket, prefix: key, pageSize: 1 }))
    return object.key === key ? object : undefined;
  return undefined;
}

/** Replaces images of a list, removes others from it, and adds new ones at their place. */
export function withImages(
  images: ImageList,
  changed: readonly ListedImage[],
  gone: readonly string[] = [],
): ImageList {
  const keys = new Set([...gone, ...changed.map(({ key }) => key)]);
  return [...changed, ...images.filter(({ key }) => !keys.has(key))].sort(byPlace);
}

/** A source that was just uploaded. */
export function toUploaded(upload: {
  bucket: string;
  key: string;
  bytes: number;
  modifiedAt: number;
}): ListedImage {
  const { bucket, ...image } = upload;
  return { ...image, manifestKey: toManifestKey(bucket, image.key), manifestETag: null };
}

/** The key of a source that is gone. The longest keys are in the manifest only. */
async function keyOf(manifestKey: string, manifests: OpenPipeline["manifests"]): Promise<string | undefined> {
  if (!manifestKey.startsWith(HASHED)) return manifestKey.slice(MANIFESTS.length, -SUFFIX.length);
  const manifest = await manifests.read(manifestKey);
  return typeof manifest === "object" ? manifest.source.key : undefined;
}
