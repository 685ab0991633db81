/** The manifest of an image in the processed bucket: its facts and renditions, or the reason of its rejection. */
export { Facts } from "./messages/facts.ts";
export {
  DeletedManifest,
  Manifest,
  ProcessedManifest,
  RejectedManifest,
  UploadedManifest,
} from "./messages/manifest.ts";
export { REJECTION_REASONS, RejectionReason } from "./messages/reasons.ts";
export { OutputFormat, Rendition } from "./messages/rendition.ts";
