import type { MemoryBucket } from "@image-pipeline/testing";
import type { RenditionStore } from "../../src/ports.ts";

/** Renditions in a bucket in memory. */
export function memoryRenditionStore(bucket: MemoryBucket): RenditionStore {
  return {
    async put(key, { data, contentType }) {
      bucket.put(key, data, { contentType });
    },
    async expire(prefix) {
      for (const key of bucket.list(prefix)) {
        const { body, contentType } = bucket.get(key);
        bucket.put(key, body, { contentType, tags: "superseded=true" });
      }
    },
    async remove(prefix) {
      for (const key of bucket.list(prefix)) bucket.remove(key);
    },
  };
}
