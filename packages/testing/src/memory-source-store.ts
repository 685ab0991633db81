import type { Source } from "@image-pipeline/schema/events";
import { isGenerated, PipelineError } from "@image-pipeline/schema/processing";
import { type MemoryBucket, S3Fault } from "./memory-bucket.ts";

/** Sources in a bucket in memory, read by their version and eTag only: a `SourceStore` of lambda-kit. */
export function memorySourceStore(bucket: MemoryBucket) {
  return {
    async read({
      key,
      eTag,
      versionId,
    }: Source): Promise<{ bytes: Uint8Array; metadata: Record<string, string> }> {
      const object = pinned(bucket, key, { ifMatch: `"${eTag}"`, ...(versionId && { versionId }) });
      if (isGenerated(object.metadata))
        throw new PipelineError("SOURCE_GENERATED", `${key} was written by this pipeline`);
      return { bytes: object.body, metadata: object.metadata };
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
