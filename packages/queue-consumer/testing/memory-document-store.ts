import type { DocumentKind, DocumentStore } from "../src/ports.ts";
import { toDocument } from "../src/s3-document-store.ts";
import { type MemoryBucket, S3Fault } from "./memory-bucket.ts";

/** Documents in a bucket in memory, replaced under S3's conditions. */
export function memoryDocumentStore<Document extends { status: string }>(
  bucket: MemoryBucket,
  kind: DocumentKind<Document>,
): DocumentStore<Document> {
  return {
    kind,
    async read(key) {
      try {
        const { body, eTag } = bucket.get(key);
        return { document: toDocument(kind, key, new TextDecoder().decode(body)), eTag };
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
