/** The rules that every consumer of image events follows: order, errors and failure records. */
export {
  DISPOSITIONS,
  type Disposition,
  dispositionOf,
  PipelineError,
  type PipelineErrorCode,
} from "./errors.ts";
export { FAILURES_PREFIX, Failure, toFailureKey } from "./failure-record.ts";
export {
  GENERATED_METADATA,
  hasMark,
  isRendition,
  saysGenerated,
  toRenditionMetadata,
} from "./generated-by.ts";
export {
  compareSequencers,
  type DeletedDecision,
  decideDeleted,
  decideUploaded,
  type ImageDocument,
  isMadeWith,
  isOfFuture,
  MAX_AHEAD_MILLISECONDS,
  toTombstoneOrder,
  type UploadedDecision,
  withKnownOrder,
} from "./order-of-events.ts";
