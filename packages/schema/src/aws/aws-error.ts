/** Returns the HTTP status of an error answer of AWS; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("$metadata" in error)) return undefined;
  const { $metadata } = error;
  const hasStatus = typeof $metadata === "object" && $metadata !== null && "httpStatusCode" in $metadata;
  return hasStatus && typeof $metadata.httpStatusCode === "number" ? $metadata.httpStatusCode : undefined;
}

/** Returns true when S3 answered that the object does not exist; false when its bucket does not exist. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404 && !(error instanceof Error && error.name === "NoSuchBucket");
}
