/** The rules that every consumer of image events follows: order, errors, failure records, and the workflow's part. */
export {
  DISPOSITIONS,
  type Disposition,
  dispositionOf,
  PipelineError,
  type PipelineErrorCode,
  WORKFLOW_ERRORS,
  type WorkflowError,
} from "./errors.ts";
export { FAILURES_PREFIX, Failure, toFailureKey } from "./failure-record.ts";
export { GENERATED_METADATA, isGenerated } from "./generated-by.ts";
export {
  compareSequencers,
  type DeletedDecision,
  decideDeleted,
  decideUploaded,
  type ImageDocument,
  isMadeWith,
  toTombstoneOrder,
  type UploadedDecision,
  withKnownOrder,
} from "./order-of-events.ts";
export { WorkflowJob, WorkflowOutcome, WorkflowVerdict, WorkflowWork } from "./workflow/workflow-messages.ts";
export { exceptWorkflowUploads, isWorkflowUpload, workflowPatterns } from "./workflow/workflow-uploads.ts";
