/** Factories, fakes and servers for tests of the functions and of the commands. Needs the contract only, so any package may use it. */
export { HOSTILE_ROWS, HOSTILE_STRINGS, harmIn, ORDINARY_STRINGS } from "./hostile-strings.ts";
export { deletion, PROCESSED, toSequencer, UPLOADS, upload } from "./image-events.ts";
export {
  aRendition,
  aSource,
  FACTS,
  pixelsOf,
  processed,
  RECIPE,
  rejected,
  SECRET,
  tombstone,
} from "./manifests.ts";
export { type MemoryBucket, memoryBucket, S3Fault, type StoredObject } from "./memory-bucket.ts";
export { memoryDocumentStore } from "./memory-document-store.ts";
export { memorySourceStore } from "./memory-source-store.ts";
export { MemoryWorld } from "./memory-world.ts";
export { randoms } from "./randoms.ts";
export { type S3Request, startS3Server } from "./s3-server.ts";
export { sqsRecord } from "./sqs-records.ts";
export { collect, streamOf } from "./streams.ts";
export { type ListedVersion, type WrittenInventory, writeInventory } from "./write-inventory.ts";
