import { Manifest } from "@image-pipeline/schema";
import { PipelineError } from "../../src/pipeline-error.ts";
import type { ManifestStore } from "../../src/ports.ts";
import { type MemoryBucket, S3Fault } from "./memory-bucket.ts";

/** Manifests in a bucket in memory, replaced under S3's conditions. */
export function memoryManifestStore(bucket: MemoryBucket): ManifestStore {
  return {
    async read(key) {
      try {
        const { body, eTag } = bucket.get(key);
        return { manifest: parse(key, new TextDecoder().decode(body)), eTag };
      } catch (error) {
        if (error instanceof S3Fault) return undefined;
        throw error;
      }
    },
    async replace(key, current, next) {
      const condition = current ? { ifMatch: current.eTag } : { ifNoneMatch: "*" };
      const tags = next.status === "deleted" ? "tombstone=true" : "";
      try {
        bucket.put(key, new TextEncoder().encode(JSON.stringify(next)), { ...condition, tags });
        return true;
      } catch (error) {
        if (error instanceof S3Fault) return false;
        throw error;
      }
    },
  };
}

function parse(key: string, text: string): Manifest {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new PipelineError("MANIFEST_UNREADABLE", `${key} is not a manifest`, { cause });
  }
}
