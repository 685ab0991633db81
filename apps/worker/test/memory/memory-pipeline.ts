import { MANIFESTS } from "@image-pipeline/lambda-kit";
import { Limits, Presets } from "@image-pipeline/schema/config";
import type { ResultEvent } from "@image-pipeline/schema/events";
import {
  memoryBucket,
  memoryDocumentStore,
  memorySourceStore,
  PROCESSED,
  SECRET,
  UPLOADS,
  upload,
} from "@image-pipeline/testing";
import type { EventPorts } from "../../src/image-events.ts";
import { fakeEngine } from "../fake-engine.ts";
import { memoryRenditionStore } from "./memory-rendition-store.ts";

export const PRESETS = Presets.parse({
  thumb: { width: 2, formats: ["webp"] },
  small: { width: 4, formats: ["webp"] },
});

const MINUTE_MILLISECONDS = 60_000;

/** The ports of the worker in memory, with a clock that a test moves. */
export function memoryPipeline({ versioned = false } = {}) {
  const uploads = memoryBucket({ versioned });
  const processed = memoryBucket();
  const results: ResultEvent[] = [];
  const time = { now: Date.parse("2026-01-05T00:00:00.000Z"), remaining: MINUTE_MILLISECONDS };
  const ports: EventPorts & { measure: () => void } = {
    secret: async () => SECRET,
    sources: memorySourceStore(uploads),
    manifests: memoryDocumentStore(processed, MANIFESTS),
    renditions: memoryRenditionStore(processed),
    results: { publish: async (event) => void results.push(event) },
    clock: { now: () => new Date(time.now), remainingMilliseconds: () => time.remaining },
    render: fakeEngine,
    presets: PRESETS,
    presetRules: [],
    limits: Limits.parse({}),
    uploads: { bucket: UPLOADS, prefix: "" },
    processedBucket: PROCESSED,
    measure: () => {},
  };
  let count = 0;
  return {
    uploads,
    processed,
    results,
    time,
    ports,
    /** Puts an object into the upload bucket and returns its event; every sequencer is higher than the last. */
    upload(text: string, key = "photos/a.jpg", metadata: Record<string, string> = {}) {
      const { eTag, versionId, body } = uploads.put(key, new TextEncoder().encode(text), { metadata });
      const source = { key, eTag: eTag.replaceAll('"', ""), size: body.byteLength };
      return upload({ ...source, versionId: versioned ? versionId : null, sequencer: hex(++count) });
    },
    nextSequencer: () => hex(++count),
    /** Keys and tags of all renditions. */
    renditions: () => processed.list("renditions/").map((key) => ({ key, tags: processed.get(key).tags })),
    manifest: async (key = "photos/a.jpg") => (await ports.manifests.read(`manifests/${key}.json`))?.document,
  };
}
export type MemoryPipeline = ReturnType<typeof memoryPipeline>;

function hex(count: number): string {
  return count.toString(16).padStart(18, "0");
}

/** The renditions that the manifest names, each with the tags of its object. */
export async function named(pipeline: ReturnType<typeof memoryPipeline>) {
  const manifest = await pipeline.manifest();
  return (manifest?.renditions ?? []).map(({ key }) => ({ key, tags: pipeline.processed.get(key).tags }));
}
