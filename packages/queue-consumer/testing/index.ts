/** What tests of any consumer need: events, manifests, a bucket in memory with S3's rules, and S3's wire protocol before it. */
export { deletion, PROCESSED, UPLOADS, upload } from "./image-events.ts";
export { FACTS, processed, RECIPE, rejected, tombstone } from "./manifests.ts";
export { type MemoryBucket, memoryBucket, S3Fault, type StoredObject } from "./memory-bucket.ts";
export { memoryDocumentStore } from "./memory-document-store.ts";
export { memorySourceStore } from "./memory-source-store.ts";
export { type S3Request, startS3Server } from "./s3-server.ts";
export { sqsRecord } from "./sqs-records.ts";
