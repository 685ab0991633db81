/** The events on the topics: what was uploaded, deleted, processed, rejected, removed or analysed. */
export { toMessageBody } from "./messages/cloud-event.ts";
export {
  ImageDeleted,
  ImageEvent,
  ImageUploaded,
  imageDeleted,
  imageUploaded,
} from "./messages/image-events.ts";
export { type MessageAttributeName, toMessageAttributes } from "./messages/message-attributes.ts";
export { messageGroups, type TenantRule } from "./messages/message-group.ts";
export { OUTDATING_EVENTS, outdatesCopies } from "./messages/outdated-copies.ts";
export {
  ImageAnalyzed,
  ImageProcessed,
  type ManifestEvent,
  ResultEvent,
  toAnalyzedEvent,
  toResultEvent,
} from "./messages/result-events.ts";
export { DeletedSource, EventSequencer, Source } from "./messages/source.ts";
