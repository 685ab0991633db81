/** The common parts of the functions: handlers of queues and workflow tasks, sources, documents and results. */
export { type Consumer, type ConsumerPorts, consumeMessage, type Outcome } from "./consume-message.ts";
export { type DocumentStore, documentKind, MANIFESTS, requireAttempt, type Stored } from "./documents.ts";
export { type OwnUploads, requireOwn } from "./own-events.ts";
export type { ReadSource, ResultPublisher, SourceStore } from "./ports.ts";
export { partialResponse, queueFunction } from "./queue-function.ts";
export { s3DocumentStore } from "./s3-document-store.ts";
export { type ReadSecret, type Secret, s3ReadSecret, s3Secret } from "./s3-secret.ts";
export { s3SourceStore } from "./s3-source-store.ts";
export { snsResultPublisher } from "./sns-result-publisher.ts";
export { TaskError, taskFunction, toTaskError } from "./task-function.ts";
export { type InvocationClock, RESERVE_MILLISECONDS, requireTime, type Wait, withinTime } from "./time.ts";
export { toEvent } from "./to-event.ts";
export { toStoreError } from "./to-store-error.ts";
export { CLIENT, type Tools, telemetry } from "./tools.ts";
export { unexpectedRejections } from "./unexpected-rejections.ts";
export { type IdLogger, withIds, withImageIds } from "./with-image-ids.ts";
