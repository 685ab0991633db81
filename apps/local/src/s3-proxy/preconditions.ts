import type { IncomingHttpHeaders } from "node:http";
import { faults, type S3Fault } from "./s3-fault.ts";

/** What stands at a key; the eTag is without quotes, the size in bytes. */
export interface Stored {
  eTag: string;
  size: number;
}

/** Whether a write says what must be there for it to take effect. */
export function isConditional(headers: IncomingHttpHeaders): boolean {
  return headers["if-match"] !== undefined || headers["if-none-match"] !== undefined;
}

/**
 * S3's conditional writes (docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). As writes at one key
 * are let through one after the other, S3's 409 for two at once never comes up.
 *
 * @returns what to refuse the write with; undefined when it may go ahead
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
  const wanted = unquote(match.trim());
  return wanted === "*" || wanted === stored.eTag ? undefined : faults.preconditionFailed;
}

/** An eTag as events hold it, without the quotes of the header. */
export function unquote(eTag: string): string {
  return eTag.replace(/^"|"$/g, "");
}
