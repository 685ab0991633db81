import { listObjects } from "@image-pipeline/audit/storage";
import type { Clock } from "@image-pipeline/local/clock";
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
export type ImageList = (pipeline: OpenPipeline) => Promise<readonly ListedImage[]>;

/** A listing is used for this many times the time that it took: listing never takes more than a tenth of the time. */
const PATIENCE = 10;
const MANIFESTS = "manifests/";
const HASHED = "manifests/.hashed/";
const SUFFIX = ".json";

/**
 * Lists all images, since S3 lists by key and a gallery starts with the newest. A listing of 50,000 images is 100 requests; it is kept
 * for a while.
 *
 * @param leastMilliseconds the time for which a listing is kept at least
 */
export function imageList(clock: Pick<Clock, "now">, leastMilliseconds: number): ImageList {
  let kept: { of: OpenPipeline; until: number; images: Promise<readonly ListedImage[]> } | undefined;
  return (pipeline) => {
    if (kept && kept.of === pipeline && clock.now() < kept.until) return kept.images;
    const start = clock.now();
    const listing = {
      of: pipeline,
      until: Number.POSITIVE_INFINITY,
      images: listImages(pipeline).then(
        (images) => {
          listing.until = clock.now() + Math.max(leastMilliseconds, PATIENCE * (clock.now() - start));
          return images;
        },
        (error) => {
          listing.until = 0;
          throw error;
        },
      ),
    };
    kept = listing;
    return listing.images;
  };
}

async function listImages(pipeline: OpenPipeline): Promise<readonly ListedImage[]> {
  const { connection, sources, manifests } = pipeline;
  const { s3, names, accountId } = connection;
  const { prefix } = connection.pipeline.uploads;
  const images = new Map<string, ListedImage>();
  const listSources = async () => {
    for await (const { key, size, modifiedAt } of sources.list(prefix)) {
      const manifestKey = toManifestKey(sources.bucket, key);
      images.set(manifestKey, {
        key,
        manifestKey,
        manifestETag: null,
        bytes: size,
        modifiedAt: modifiedAt.getTime(),
      });
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
  return [...images.values()].sort((a, b) => b.modifiedAt - a.modifiedAt || (a.key < b.key ? -1 : 1));
}

/** The key of a source that is gone. The longest keys are in the manifest only. */
async function keyOf(manifestKey: string, manifests: OpenPipeline["manifests"]): Promise<string | undefined> {
  if (!manifestKey.startsWith(HASHED)) return manifestKey.slice(MANIFESTS.length, -SUFFIX.length);
  const manifest = await manifests.read(manifestKey);
  return typeof manifest === "object" ? manifest.source.key : undefined;
}
