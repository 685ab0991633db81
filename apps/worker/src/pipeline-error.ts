/**
 * What happens to a message by the code of its error. Closed: a code without a disposition does not compile.
 *
 * - `retry`: a batch item failure with a visibility back-off, then the dead-letter queue
 * - `stale`: acknowledged; a newer event does the work, or there is none to do
 *
 * What nobody classified is retried, and the dead-letter queue catches it. What the picture itself causes is an
 * `ImageRejection`, not an error of the pipeline.
 */
const DISPOSITION = {
  MALFORMED_MESSAGE: "retry",
  STORE_UNAVAILABLE: "retry",
  STORE_DENIED: "retry",
  PUBLISHER_UNAVAILABLE: "retry",
  MANIFEST_UNREADABLE: "retry",
  MANIFEST_CONTENDED: "retry",
  OUT_OF_TIME: "retry",
  SOURCE_CHANGED: "stale",
  SOURCE_GONE: "stale",
  SOURCE_GENERATED: "stale",
} as const satisfies Record<string, "retry" | "stale">;

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

export function dispositionOf(error: unknown): "retry" | "stale" {
  return error instanceof PipelineError ? DISPOSITION[error.code] : "retry";
}
