import type { IncomingMessage } from "node:http";
import { invokedFunction } from "./invocation.ts";
import { toS3Request } from "./s3-request.ts";

/**
 * Returns true for a request that a page with an allowed origin may send, or ask for (`OPTIONS`): it reads or uploads one
 * object, or aborts an upload in parts. No page sends messages, invokes functions or deletes objects.
 */
export function isForPages(request: IncomingMessage): boolean {
  const { headers, url } = request;
  const method = String(
    (request.method === "OPTIONS" && headers["access-control-request-method"]) || request.method,
  );
  const sent = { method, headers, ...(url !== undefined && { url }) };
  const target = toS3Request(sent);
  if (target === undefined || invokedFunction(sent) !== undefined) return false;
  if (target.key === "") return method === "POST" && !target.query.has("delete");
  if (method === "DELETE") return target.query.has("uploadId");
  return ["GET", "HEAD", "PUT", "POST"].includes(method);
}
