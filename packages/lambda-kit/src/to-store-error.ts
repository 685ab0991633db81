import { PipelineError } from "./pipeline-error.ts";

/** The HTTP status that AWS answered with; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("$metadata" in error)) return undefined;
  const { $metadata } = error;
  const hasStatus = typeof $metadata === "object" && $metadata !== null && "httpStatusCode" in $metadata;
  return hasStatus && typeof $metadata.httpStatusCode === "number" ? $metadata.httpStatusCode : undefined;
}

/** An error of S3 that says nothing about the object: denied, or to be tried again. */
export function toStoreError(error: unknown, doing: string): PipelineError {
  const code = statusOf(error) === 403 ? "STORE_DENIED" : "STORE_UNAVAILABLE";
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new PipelineError(code, `${doing}: ${text}`, { cause: error });
}
