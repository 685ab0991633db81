/** The messages on the topics and the objects in the processed bucket. */
export {
  ANALYSIS_REJECTION_REASONS,
  Analysis,
  type AnalysisLabel,
  type AnalyzedAnalysis,
  type AppliedRule,
  type RejectedAnalysis,
} from "./messages/analysis.ts";
export { AnalysisRule, Verdict } from "./messages/analysis-rule.ts";
export { toMessageBody } from "./messages/cloud-event.ts";
export { Facts, SourceFormat } from "./messages/facts.ts";
export {
  ImageDeleted,
  ImageEvent,
  ImageUploaded,
  imageDeleted,
  imageUploaded,
} from "./messages/image-events.ts";
export {
  toAnalysisKey,
  toImageId,
  toManifestKey,
  toRenditionKey,
  toRenditionPrefix,
  toRenditionTag,
} from "./messages/keys.ts";
export {
  DeletedManifest,
  Manifest,
  ProcessedManifest,
  RejectedManifest,
  UploadedManifest,
} from "./messages/manifest.ts";
export { type MessageAttributeName, toMessageAttributes } from "./messages/message-attributes.ts";
export { REJECTION_REASONS, RejectionReason } from "./messages/reasons.ts";
export { OutputFormat, Rendition } from "./messages/rendition.ts";
export {
  ImageAnalyzed,
  ImageProcessed,
  type ManifestEvent,
  ResultEvent,
  toAnalyzedEvent,
  toResultEvent,
} from "./messages/result-events.ts";
export { DeletedSource, Source } from "./messages/source.ts";
