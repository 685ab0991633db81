import { MANIFESTS, type OwnUploads, RESERVE_MILLISECONDS } from "@image-pipeline/lambda-kit";
import type { Analysis } from "@image-pipeline/schema/analysis";
import { AnalysisRecipe, Limits } from "@image-pipeline/schema/config";
import {
  type ImageProcessed,
  type ImageUploaded,
  type ResultEvent,
  toResultEvent,
} from "@image-pipeline/schema/events";
import { toAnalysisKey, toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import {
  memoryBucket,
  memoryDocumentStore,
  memorySourceStore,
  PROCESSED,
  processed,
  RECIPE,
  S3Fault,
  UPLOADS,
  upload,
} from "@image-pipeline/testing";
import type { UploadPorts } from "../src/analyze-uploaded.ts";
import { ANALYSES, type Detection } from "../src/ports.ts";

const MINUTE_MILLISECONDS = 60_000;
export const KEY = "photos/a.jpg";

/**
 * The ports of the analyzer in memory. The detector finds violence in a source with the word `violent`, and every source is
 * its own derived picture.
 */
export function memoryAnalyzer({ versioned = false } = {}) {
  const uploads = memoryBucket({ versioned });
  const bucket = memoryBucket();
  const results: ResultEvent[] = [];
  const asked: string[] = [];
  const time = { now: Date.parse("2026-01-05T00:00:00.000Z"), remaining: MINUTE_MILLISECONDS };
  const manifests = memoryDocumentStore(bucket, MANIFESTS);
  const ports: UploadPorts & { uploads: OwnUploads; measure: () => void } = {
    sources: memorySourceStore(uploads),
    analyses: memoryDocumentStore(bucket, ANALYSES),
    manifests,
    tags: {
      async add(key, { name, value }) {
        try {
          const tags = new URLSearchParams(bucket.get(key).tags);
          tags.set(name, value);
          bucket.tag(key, tags.toString());
        } catch (error) {
          if (!(error instanceof S3Fault)) throw error;
        }
      },
    },
    detector: {
      async labels(picture) {
        asked.push(`labels of ${toText(picture)}`);
        return { model: "3.0", labels: [{ name: "Cat", confidence: 99, parents: ["Pet"] }] };
      },
      async moderation(picture) {
        asked.push(`moderation of ${toText(picture)}`);
        return toModeration(toText(picture));
      },
    },
    derive: async (source) => [source],
    results: { publish: async (event) => void results.push(event) },
    clock: { now: () => new Date(time.now), remainingMilliseconds: () => time.remaining },
    recipe: AnalysisRecipe.parse({}),
    limits: Limits.parse({}),
    uploads: { bucket: UPLOADS, prefix: "photos/" },
    processedBucket: PROCESSED,
    measure: () => {},
  };
  let count = 0;
  return {
    uploads,
    bucket,
    results,
    asked,
    time,
    ports,
    /** Leaves too little time for any step. */
    runOut: () => {
      time.remaining = RESERVE_MILLISECONDS - 1;
    },
    /** Puts an object into the upload bucket and returns its event; every sequencer is higher than the last. */
    upload(text: string, key = KEY, metadata: Record<string, string> = {}): ImageUploaded {
      const { eTag, versionId, body } = uploads.put(key, new TextEncoder().encode(text), { metadata });
      const source = { key, eTag: eTag.replaceAll('"', ""), size: body.byteLength };
      return upload({ ...source, versionId: versioned ? versionId : null, sequencer: hex(++count) });
    },
    nextSequencer: () => hex(++count),
    /** Does the work of the worker for an upload: writes a rendition and a manifest, and returns the event. */
    async render(event: ImageUploaded, recipe = RECIPE): Promise<ImageProcessed> {
      const manifest = processed(event, { recipe });
      for (const { key } of manifest.renditions) bucket.put(key, new TextEncoder().encode(key));
      const key = toManifestKey(event.data.bucket, event.data.key);
      await manifests.replace(key, await manifests.read(key), manifest);
      const result = toResultEvent(manifest, { bucket: PROCESSED, key });
      if (result.type !== "image.processed") throw new Error("not processed");
      return result;
    },
    /** Adds superseded tags to the manifest of a result. */
    async supersede({ data: { manifest } }: ImageProcessed, supersededTags: string[]): Promise<void> {
      const current = await manifests.read(manifest.key);
      if (!current) throw new Error("no manifest");
      await manifests.replace(manifest.key, current, { ...current.document, supersededTags });
    },
    /** The tags of all renditions, by key. */
    tags: () => bucket.list("renditions/").map((key) => bucket.get(key).tags),
    analysis: async (key = KEY): Promise<Analysis | undefined> =>
      (await ports.analyses.read(toAnalysisKey(toImageId(UPLOADS, key))))?.document,
  };
}
export type MemoryAnalyzer = ReturnType<typeof memoryAnalyzer>;

function toModeration(text: string): Detection {
  const labels = text.includes("violent") ? [{ name: "Violence", confidence: 95, parents: [] }] : [];
  return { model: "7.0", labels };
}

function toText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function hex(count: number): string {
  return count.toString(16).padStart(18, "0");
}
