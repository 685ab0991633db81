/**
 * What happens to a message by the code of its error. Closed: a code without a disposition does not compile.
 *
 * - `retry`: a batch item failure with a visibility back-off, then the dead-letter queue
 * - `hopeless`: a batch item failure that comes again at once, as waiting changes nothing: the dead-letter queue keeps it
 * - `stale`: acknowledged; a newer event does the work, or there is none to do
 *
 * What nobody classified is retried, and the dead-letter queue catches it. What the picture itself causes is an
 * `ImageRejection`, not an error of the pipeline.
 */
const DISPOSITION = {
  MALFORMED_MESSAGE: "hopeless",
  STORE_UNAVAILABLE: "retry",
  STORE_DENIED: "retry",
  PUBLISHER_UNAVAILABLE: "retry",
  MANIFEST_UNREADABLE: "retry",
  MANIFEST_CONTENDED: "retry",
  ANALYSIS_UNREADABLE: "retry",
  ANALYSIS_CONTENDED: "retry",
  ANALYSIS_UNAVAILABLE: "retry",
  ANALYSIS_DENIED: "retry",
  ANALYSIS_MISCALLED: "hopeless",
  OUT_OF_TIME: "retry",
  SOURCE_CHANGED: "stale",
  SOURCE_GONE: "stale",
  SOURCE_GENERATED: "stale",
} as const satisfies Record<string, Disposition>;

export type Disposition = "retry" | "hopeless" | "stale";
export type PipelineErrorCode = keyof typeof DISPOSITION;

/** An error whose code says what happens to the message. */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  readonly code: PipelineErrorCode;

  constructor(code: PipelineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What happens to the message that met this error. */
export function dispositionOf(error: unknown): Disposition {
  return error instanceof PipelineError ? DISPOSITION[error.code] : "retry";
}
