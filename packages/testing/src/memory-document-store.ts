import { type MemoryBucket, S3Fault } from "./memory-bucket.ts";

interface Stored<Document> {
  document: Document;
  eTag: string;
}

/**
 * Documents in a bucket in memory, replaced under S3's conditions. It is a `DocumentStore` of lambda-kit, whose tests use it:
 * so its types are repeated here and not imported.
 */
export function memoryDocumentStore<Document extends { status: string }, Code extends string>(
  bucket: MemoryBucket,
  kind: { parse(key: string, text: string): Document; contended: Code },
) {
  return {
    kind,
    async read(key: string): Promise<Stored<Document> | undefined> {
      try {
        const { body, eTag } = bucket.get(key);
        return { document: kind.parse(key, new TextDecoder().decode(body)), eTag };
      } catch (error) {
        if (error instanceof S3Fault) return undefined;
        throw error;
      }
    },
    async replace(key: string, current: Stored<Document> | undefined, next: Document): Promise<boolean> {
      try {
        bucket.put(key, new TextEncoder().encode(JSON.stringify(next)), {
          ...(current ? { ifMatch: current.eTag } : { ifNoneMatch: "*" }), // mutation: memory-if-match
          tags: next.status === "deleted" ? "tombstone=true" : "",
        });
        return true;
      } catch (error) {
        if (error instanceof S3Fault) return false;
        throw error;
      }
    },
  };
}
