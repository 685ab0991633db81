import { statusOf } from "@image-pipeline/schema/aws";
import { PipelineError } from "./pipeline-error.ts";

/** Returns the error for an answer of S3 that says nothing about the object: access denied, or any other, to be retried. */
export function toStoreError(error: unknown, doing: string): PipelineError {
  const code = statusOf(error) === 403 ? "STORE_DENIED" : "STORE_UNAVAILABLE";
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new PipelineError(code, `${doing}: ${text}`, { cause: error });
}
