/** The workflow: the uploads that it takes, the inputs and outputs of its tasks, and the errors it knows by name. */
export { WORKFLOW_ERRORS, type WorkflowError } from "./errors.ts";
export { WorkflowJob, WorkflowOutcome, WorkflowVerdict, WorkflowWork } from "./workflow/workflow-messages.ts";
export { exceptWorkflowUploads, isWorkflowUpload, workflowPatterns } from "./workflow/workflow-uploads.ts";
