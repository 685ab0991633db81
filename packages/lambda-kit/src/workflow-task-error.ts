import type { WorkflowError } from "@image-pipeline/schema/config";
import { PipelineError } from "./pipeline-error.ts";

/**
 * An error as a state machine knows it: by its name (`WORKFLOW_ERRORS`), which Lambda reports as its type
 * (docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
 */
export class WorkflowTaskError extends Error {
  constructor(name: WorkflowError, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** An error of the pipeline under its code's name; any other as it is, which no machine tries again. */
export function toWorkflowError(error: unknown): unknown {
  if (!(error instanceof PipelineError)) return error;
  const { code, message }: { code: WorkflowError; message: string } = error;
  return new WorkflowTaskError(code, message, { cause: error });
}
