/**
 * Every error code of the pipeline, and what happens to the message that caused it. A code without a disposition does not
 * compile.
 *
 * - `retry`: the message goes back to its queue with a growing delay, and to the dead-letter queue in the end
 * - `hopeless`: the message goes back without a delay, since waiting changes nothing: the dead-letter queue keeps it
 * - `stale`: the message is acknowledged; a newer event does the work, or there is no work to do
 *
 * An error without a code is retried. An error that the picture itself causes is a rejection (`REJECTION_REASONS`).
 */
export const DISPOSITIONS = {
  STORE_UNAVAILABLE: "retry",
  STORE_DENIED: "retry",
  PUBLISHER_UNAVAILABLE: "retry",
  MANIFEST_UNREADABLE: "retry",
  MANIFEST_CONTENDED: "retry",
  OUT_OF_TIME: "retry",
  ANALYSIS_UNAVAILABLE: "retry",
  ANALYSIS_DENIED: "retry",
  ANALYSIS_UNREADABLE: "retry",
  ANALYSIS_CONTENDED: "retry",
  SOURCE_CHANGED: "stale",
  SOURCE_GONE: "stale",
  SOURCE_GENERATED: "stale",
  MALFORMED_MESSAGE: "hopeless",
  MESSAGE_REFUSED: "hopeless",
  ANALYSIS_MISCALLED: "hopeless",
} as const satisfies Record<string, Disposition>;

export type Disposition = "retry" | "hopeless" | "stale";
export type PipelineErrorCode = keyof typeof DISPOSITIONS;

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

/** The name under which a task of the workflow throws a rejection. */
const REJECTED = "IMAGE_REJECTED";
/** The name of an error that a task of the workflow throws: an error code, or a rejection. */
export type WorkflowError = PipelineErrorCode | typeof REJECTED;

/**
 * The errors of the workflow's tasks, by the reaction of the state machine. The state machine sends an error with
 * any other name to the workflow's dead-letter queue without a retry.
 */
export const WORKFLOW_ERRORS = {
  /** Retried with jitter, then sent to the dead-letter queue. */
  transient: codesOf("retry"),
  /** Published as results: rejections, and sources that a newer event is about. */
  permanent: [REJECTED, ...codesOf("stale")],
  /** Sent to the dead-letter queue: messages that cannot be read, and calls that only a new release can fix. */
  hopeless: codesOf("hopeless"),
} as const satisfies Record<string, readonly WorkflowError[]>;

function codesOf(disposition: Disposition): readonly PipelineErrorCode[] {
  return Object.keys(DISPOSITIONS)
    .filter(isErrorCode)
    .filter((code) => DISPOSITIONS[code] === disposition);
}

function isErrorCode(text: string): text is PipelineErrorCode {
  return text in DISPOSITIONS;
}
