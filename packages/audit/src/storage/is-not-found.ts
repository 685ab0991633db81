/** Whether S3 answered that there is no such object. */
export function isNotFound(error: unknown): boolean {
  if (typeof error !== "object" || error === null || !("$metadata" in error)) return false;
  const { $metadata } = error;
  const isBucket = error instanceof Error && error.name === "NoSuchBucket";
  return (
    !isBucket &&
    typeof $metadata === "object" &&
    $metadata !== null &&
    "httpStatusCode" in $metadata &&
    $metadata.httpStatusCode === 404
  );
}
