import type { IncomingMessage } from "node:http";

/** A request to S3: the bucket or object that it is about, and how. */
export interface S3Request {
  method: string;
  bucket: string;
  /** Decoded; empty for a request about the bucket. */
  key: string;
  /** The bucket is in the host name, not in the path. */
  isHostStyle: boolean;
  query: URLSearchParams;
  /** The request copies an object (`x-amz-copy-source`). */
  isCopy: boolean;
  /** The body is a browser's form. */
  isForm: boolean;
}

/** The path of a queue URL: SQS's older protocol posts its calls there. */
const QUEUE_PATH = /^\/\d{12}\//;

/** Parses a request to S3; returns undefined for one to SQS, SNS or STS, which post to the root, a queue or with a target. */
export function toS3Request({
  method = "",
  url = "/",
  headers,
}: Pick<IncomingMessage, "method" | "url" | "headers">): S3Request | undefined {
  if (headers["x-amz-target"]) return undefined;
  const type = (headers["content-type"] ?? "").toLowerCase();
  const queryAt = url.indexOf("?");
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const isQueryProtocol = method === "POST" && type.startsWith("application/x-www-form-urlencoded");
  if (isQueryProtocol && (path === "/" || QUEUE_PATH.test(path))) return undefined;
  const place = toPlace(path, headers.host ?? "");
  return (
    place && {
      ...place,
      method,
      query: new URLSearchParams(queryAt < 0 ? "" : url.slice(queryAt)),
      isCopy: headers["x-amz-copy-source"] !== undefined,
      isForm: type.includes("multipart/form-data"),
    }
  );
}

/** Finds bucket and key: the bucket is first in the path, or in a host such as `BUCKET.localhost`. */
function toPlace(path: string, host: string): Pick<S3Request, "bucket" | "key" | "isHostStyle"> | undefined {
  const hostname = host.replace(/:\d+$/, "");
  const [label = ""] = hostname.split(".");
  const isHostStyle = hostname.includes(".") && !/^[\d.]+$/.test(hostname);
  const full = isHostStyle ? `/${label}${path}` : path;
  const [, bucket, rest] = /^\/([^/]+)\/?(.*)$/s.exec(full) ?? [];
  if (bucket === undefined || rest === undefined) return undefined;
  try {
    return { bucket, key: decodeURIComponent(rest), isHostStyle };
  } catch {
    return undefined;
  }
}
