import { statusOf } from "@image-pipeline/schema/aws";
import { PipelineError } from "@image-pipeline/schema/processing";

/** Returns the error for an answer of S3 that is not about the object: access denied, or unavailable. */
export function toStoreError(error: unknown, doing: string): PipelineError {
  const code = statusOf(error) === 403 ? "STORE_DENIED" : "STORE_UNAVAILABLE";
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new PipelineError(code, `${doing}: ${text}`, { cause: error });
}
