import { PipelineError } from "../../lambda-kit/src/pipeline-error.ts";
import type { SourceStore } from "../../lambda-kit/src/ports.ts";
import { type MemoryBucket, S3Fault } from "./memory-bucket.ts";

/** Sources in a bucket in memory, read by their version and eTag alone. */
export function memorySourceStore(bucket: MemoryBucket): SourceStore {
  return {
    async read({ key, eTag, versionId }) {
      const object = pinned(bucket, key, { ifMatch: `"${eTag}"`, ...(versionId && { versionId }) });
      if (object.metadata["generated-by"] === "image-pipeline")
        throw new PipelineError("SOURCE_GENERATED", `${key} was written by this pipeline`);
      return object.body;
    },
  };
}

function pinned(bucket: MemoryBucket, key: string, pin: { ifMatch: string; versionId?: string }) {
  try {
    return bucket.get(key, pin);
  } catch (cause) {
    if (!(cause instanceof S3Fault)) throw cause;
    throw new PipelineError(cause.status === 412 ? "SOURCE_CHANGED" : "SOURCE_GONE", key, { cause });
  }
}
