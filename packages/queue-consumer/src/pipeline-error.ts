import { DISPOSITIONS, type Disposition, type PipelineErrorCode } from "@image-pipeline/schema/processing";

/** An error whose code decides what happens to the message. */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  readonly code: PipelineErrorCode;

  constructor(code: PipelineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Returns what happens to the message that caused this error. */
export function dispositionOf(error: unknown): Disposition {
  return error instanceof PipelineError ? DISPOSITIONS[error.code] : "retry";
}
