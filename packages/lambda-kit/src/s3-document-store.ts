import { setTimeout } from "node:timers/promises";
import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { statusOf } from "@image-pipeline/schema/aws";
import { GENERATED_METADATA, PipelineError } from "@image-pipeline/schema/processing";
import type { DocumentKind, DocumentStore, Stored } from "./documents.ts";
import type { Wait } from "./time.ts";
import { toStoreError } from "./to-store-error.ts";

const CONFLICT_ATTEMPTS = 5;

/**
 * Documents in the processed bucket, written with conditions only. S3 answers 412 when another writer was first, and 409
 * during another write: then this one is repeated after a jittered wait
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). A tombstone gets the tag by which it expires.
 */
export function s3DocumentStore<Document extends { status: string }>(
  client: S3Client,
  bucket: string,
  kind: DocumentKind<Document>,
  wait: Wait = setTimeout,
): DocumentStore<Document> {
  const put = (key: string, current: Stored<Document> | undefined, next: Document) =>
    client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: JSON.stringify(next),
        ContentType: "application/json",
        CacheControl: "no-cache",
        Metadata: GENERATED_METADATA,
        ...(current ? { IfMatch: current.eTag } : { IfNoneMatch: "*" }), // mutation: if-match
        ...(next.status === "deleted" && { Tagging: "tombstone=true" }),
      }),
    );
  return {
    kind,
    async read(key) {
      try {
        const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        if (!Body || !ETag)
          throw new PipelineError("STORE_UNAVAILABLE", `${key}: S3 answered without body or eTag`);
        return { document: kind.parse(key, await Body.transformToString()), eTag: ETag };
      } catch (error) {
        if (error instanceof PipelineError) throw error;
        if (statusOf(error) === 404) return undefined;
        throw toStoreError(error, `reading ${key}`);
      }
    },
    async replace(key, current, next) {
      for (let attempt = 0; ; attempt++) {
        try {
          await put(key, current, next);
          return true;
        } catch (error) {
          const status = statusOf(error);
          if (status === 412 || status === 404) return false;
          if (status !== 409 || attempt === CONFLICT_ATTEMPTS) throw toStoreError(error, `writing ${key}`);
          await wait(Math.random() * 50 * 2 ** attempt);
        }
      }
    },
  };
}
