import { listObjects } from "@image-pipeline/audit/storage";
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

/** Puts a source that was just uploaded before all others. */
export function withUpload(
  images: ImageList,
  upload: { bucket: string; key: string; bytes: number; at: number },
): ImageList {
  const { bucket, key, bytes, at } = upload;
  const image = { key, manifestKey: toManifestKey(bucket, key), manifestETag: null, bytes, modifiedAt: at };
  return [image, ...images.filter((other) => other.manifestKey !== image.manifestKey)].sort(byPlace);
}

/** Orders images from the newest to the oldest; those of the same time by their keys. */
export function byPlace(
  a: Pick<ListedImage, "key" | "modifiedAt">,
  b: Pick<ListedImage, "key" | "modifiedAt">,
): number {
  return b.modifiedAt - a.modifiedAt || (a.key < b.key ? -1 : Number(a.key > b.key));
}

/** The key of a source that is gone. The longest keys are in the manifest only. */
async function keyOf(manifestKey: string, manifests: OpenPipeline["manifests"]): Promise<string | undefined> {
  if (!manifestKey.startsWith(HASHED)) return manifestKey.slice(MANIFESTS.length, -SUFFIX.length);
  const manifest = await manifests.read(manifestKey);
  return typeof manifest === "object" ? manifest.source.key : undefined;
}
