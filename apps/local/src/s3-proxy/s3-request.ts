import type { IncomingMessage } from "node:http";

/** What a request asks of S3; `key` is decoded. Undefined `operation` for all that neither writes nor deletes an object. */
export interface S3Request {
  bucket: string;
  key: string;
  operation: "put" | "copy" | "complete" | "post" | "delete" | "delete-many" | undefined;
  /** A subresource such as `tagging`, on an object. */
  subresource: string | undefined;
}

const SUBRESOURCES = [
  "acl",
  "attributes",
  "legal-hold",
  "renameObject",
  "restore",
  "retention",
  "select",
  "tagging",
  "torrent",
];

/** Reads a request's target; undefined for one that is not S3's (SQS, SNS and STS are posted to the root or by form). */
export function toS3Request({ method = "", url = "/", headers }: IncomingMessage): S3Request | undefined {
  const type = headers["content-type"] ?? "";
  if (headers["x-amz-target"] || type.startsWith("application/x-www-form-urlencoded")) return undefined;
  const queryAt = url.indexOf("?");
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const query = new URLSearchParams(queryAt < 0 ? "" : url.slice(queryAt));
  const place = toPlace(path, headers.host ?? "");
  if (!place) return undefined;
  const subresource = place.key === "" ? undefined : SUBRESOURCES.find((name) => query.has(name));
  const traits = {
    copies: headers["x-amz-copy-source"] !== undefined,
    form: type.toLowerCase().includes("multipart/form-data"),
  };
  return {
    ...place,
    subresource,
    operation: subresource ? undefined : operationOf(method, place.key, query, traits),
  };
}

function operationOf(
  method: string,
  key: string,
  query: URLSearchParams,
  { copies, form }: { copies: boolean; form: boolean },
): S3Request["operation"] {
  const ofParts = query.has("uploadId") || query.has("uploads");
  if (key === "")
    return method !== "POST" ? undefined : form ? "post" : query.has("delete") ? "delete-many" : undefined;
  if (method === "PUT" && !ofParts) return copies ? "copy" : "put";
  if (method === "POST" && query.has("uploadId")) return "complete";
  return method === "DELETE" && !ofParts ? "delete" : undefined;
}

/** The bucket stands first in the path, or in a host such as `BUCKET.localhost`; an address or a bare name holds none. */
function toPlace(path: string, host: string): { bucket: string; key: string } | undefined {
  const hostname = host.replace(/:\d+$/, "");
  const [label = ""] = hostname.split(".");
  const inHost = hostname.includes(".") && !/^[\d.]+$/.test(hostname);
  const full = inHost ? `/${label}${path}` : path;
  const [, bucket, rest] = /^\/([^/]+)\/?(.*)$/s.exec(full) ?? [];
  if (bucket === undefined || rest === undefined) return undefined;
  try {
    return { bucket, key: decodeURIComponent(rest) };
  } catch {
    return undefined;
  }
}
