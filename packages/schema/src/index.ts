export {
  ANALYSIS_REJECTION_REASONS,
  Analysis,
  type AnalysisLabel,
  type AnalyzedAnalysis,
  type AppliedRule,
  type RejectedAnalysis,
} from "./analysis.ts";
export { Verdict } from "./analysis-rules.ts";
export { toMessageBody } from "./cloud-event.ts";
export { Facts } from "./facts.ts";
export { ImageDeleted, ImageEvent, ImageUploaded, imageDeleted, imageUploaded } from "./image-events.ts";
export {
  toAnalysisKey,
  toImageId,
  toManifestKey,
  toRenditionKey,
  toRenditionPrefix,
  toRenditionTag,
} from "./keys.ts";
export {
  DeletedManifest,
  Manifest,
  ProcessedManifest,
  RejectedManifest,
  UploadedManifest,
} from "./manifest.ts";
export { type MessageAttributeName, toMessageAttributes } from "./message-attributes.ts";
export { REJECTION_REASONS, RejectionReason } from "./reasons.ts";
export { OutputFormat, Rendition } from "./rendition.ts";
export {
  ImageAnalyzed,
  ImageProcessed,
  type ManifestEvent,
  ResultEvent,
  toAnalyzedEvent,
  toResultEvent,
} from "./result-events.ts";
export { compareSequencers } from "./sequencer.ts";
export { DeletedSource, Source } from "./source.ts";
export {
  WorkflowJob,
  WorkflowOutcome,
  WorkflowVerdict,
  WorkflowWork,
} from "./workflow-messages.ts";
