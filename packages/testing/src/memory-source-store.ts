import { createHash } from "node:crypto";
import type { Source } from "@image-pipeline/schema/events";
import { isRendition, PipelineError, saysGenerated } from "@image-pipeline/schema/processing";
import { SECRET } from "./manifests.ts";
import { type MemoryBucket, S3Fault } from "./memory-bucket.ts";

/** Sources in a bucket in memory, read by their version and eTag only: a `SourceStore` of lambda-kit. */
export function memorySourceStore(bucket: MemoryBucket) {
  return {
    async read({ key, eTag, versionId, size }: Source, maxBytes: number) {
      const { body, metadata } = pinned(bucket, key, {
        ifMatch: `"${eTag}"`,
        ...(versionId && { versionId }),
      });
      if (body.length !== size || size > maxBytes)
        throw new PipelineError("MESSAGE_REFUSED", `${key} has another size`);
      const sha256 = createHash("sha256").update(body).digest("hex");
      if (isRendition(metadata, { sha256, secret: SECRET }))
        throw new PipelineError("SOURCE_GENERATED", `${key} was written by this pipeline`);
      return { bytes: body, isFalselyMarked: saysGenerated(metadata) };
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
