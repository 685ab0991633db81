import type { IncomingHttpHeaders } from "node:http";
import { faults, type S3Fault } from "./s3-fault.ts";
import { type Stored, unquote } from "./stored-object.ts";

/** Returns true if a write depends on the stored object. */
export function isConditional(headers: IncomingHttpHeaders): boolean {
  return headers["if-match"] !== undefined || headers["if-none-match"] !== undefined;
}

/**
 * Checks S3's conditional writes (docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). Writes to one
 * key run one after the other, so S3's 409 for concurrent writes never occurs.
 *
 * @returns the error to answer with, or undefined if the write may run
 */
export function checkPreconditions(
  headers: IncomingHttpHeaders,
  stored: Stored | undefined,
): S3Fault | undefined {
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  if (noneMatch !== undefined) {
    if (noneMatch.trim() !== "*") return faults.notImplemented;
    if (stored) return faults.preconditionFailed;
  }
  if (match === undefined) return undefined;
  if (!stored) return faults.noSuchKey;
  const expected = unquote(match.trim());
  return expected === "*" || expected === stored.eTag ? undefined : faults.preconditionFailed;
}
