import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
// @smithy/signature-v4: the SDK's own signer, so that a URL is checked by the code that made it.
import { MAX_PRESIGNED_TTL, SignatureV4, UNSIGNED_PAYLOAD } from "@smithy/signature-v4";
import { encodeUri } from "../net/encode-uri.ts";
import { faults, type S3Fault } from "./s3-fault.ts";
import type { S3Request } from "./s3-request.ts";

export interface SigningCredentials {
  accessKeyId: string;
  secretAccessKey: string;
}

interface Presigned {
  request: Pick<IncomingMessage, "method" | "url" | "headers">;
  target: Pick<S3Request, "bucket" | "isHostStyle" | "query">;
  /** Milliseconds since 1970. */
  now: number;
  /** The only ones with which a URL can be presigned here. */
  credentials: SigningCredentials;
}

/** A clock may be this far ahead of ours, as on AWS. */
const MAX_SKEW_MILLISECONDS = 15 * 60_000;

/**
 * Checks the expiry and the signature of a presigned URL, of Signature Version 4 or 2: boto3 still makes the latter in
 * us-east-1. A request signed in its headers passes: its credentials are not checked here.
 *
 * @returns the error to answer with, or undefined
 */
export async function checkPresigned(presigned: Presigned): Promise<S3Fault | undefined> {
  const { query } = presigned.target;
  if (query.has("X-Amz-Signature") || query.has("X-Amz-Algorithm")) return checkVersion4(presigned);
  if (query.has("Signature") && query.has("AWSAccessKeyId")) return checkVersion2(presigned);
  return undefined;
}

/** Signature Version 4 in the query (docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html). */
async function checkVersion4({ request, target, now, credentials }: Presigned): Promise<S3Fault | undefined> {
  const { query } = target;
  const parameter = (name: string) => query.get(`X-Amz-${name}`) ?? "";
  const [accessKeyId, day, region, service, end] = parameter("Credential").split("/");
  const signedAt = toTime(parameter("Date"));
  const seconds = Number(parameter("Expires") || Number.NaN);
  const isComplete =
    parameter("Algorithm") === "AWS4-HMAC-SHA256" &&
    day === parameter("Date").slice(0, 8) &&
    region &&
    service === "s3" &&
    end === "aws4_request" &&
    parameter("SignedHeaders").split(";").includes("host");
  if (!isComplete || !(seconds > 0 && seconds <= MAX_PRESIGNED_TTL)) return faults.invalidSignatureQuery;
  if (Number.isNaN(signedAt)) return faults.invalidSignatureQuery;
  if (accessKeyId !== credentials.accessKeyId) return faults.unknownAccessKey;
  if (now > signedAt + seconds * 1000) return faults.requestExpired;
  if (now < signedAt - MAX_SKEW_MILLISECONDS) return faults.notYetValid;
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256, uriEscapePath: false });
  const signed = await signer.presign(toUnsigned(request, query), {
    signingDate: new Date(signedAt),
    expiresIn: seconds,
    unsignableHeaders: new Set(["x-amz-content-sha256"]),
    unhoistableHeaders: new Set(Object.keys(request.headers).concat("x-amz-content-sha256")),
    signableHeaders: new Set(parameter("SignedHeaders").split(";")),
  });
  return matches(String(signed.query?.["X-Amz-Signature"]), parameter("Signature"));
}

/** Returns the request as it was before it was presigned: its signed headers, and its query without the signature's own. */
function toUnsigned({ method = "GET", url = "/", headers }: Presigned["request"], query: URLSearchParams) {
  const signedHeaders = (query.get("X-Amz-SignedHeaders") ?? "").split(";");
  return new HttpRequest({
    method,
    path: toCanonicalPath(url),
    query: Object.fromEntries([...query].filter(([name]) => name !== "X-Amz-Signature")),
    headers: {
      ...Object.fromEntries(signedHeaders.map((name) => [name, String(headers[name] ?? "")])),
      "x-amz-content-sha256": query.get("X-Amz-Content-Sha256") ?? UNSIGNED_PAYLOAD,
    },
  });
}

/** Returns the path with each character encoded as the signer had it, independent of the encoding in the request. */
function toCanonicalPath(url: string): string {
  const [path = "/"] = url.split("?");
  return path
    .split("/")
    .map((segment) => encodeUri(decodeURIComponent(segment)))
    .join("/");
}

/** Parses `20260102T030405Z`; returns NaN for anything else. */
export function toTime(date: string): number {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Query parameters that are part of what Signature Version 2 signs. */
const SIGNED_QUERY =
  /^(acl|cors|delete|lifecycle|location|logging|notification|partNumber|policy|requestPayment|restore|tagging|torrent|uploadId|uploads|versionId|versioning|versions|website|response-[a-z-]+)$/;

/** Signature Version 2 in the query (docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html). */
function checkVersion2({ request, target, now, credentials }: Presigned): S3Fault | undefined {
  const { query, bucket, isHostStyle } = target;
  const expires = Number(query.get("Expires") ?? Number.NaN);
  if (query.get("AWSAccessKeyId") !== credentials.accessKeyId) return faults.unknownAccessKey;
  if (!(now <= expires * 1000)) return faults.requestExpired;
  const { method = "GET", url = "/", headers } = request;
  const amazonHeaders = Object.entries(headers)
    .filter(([name]) => name.startsWith("x-amz-"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`);
  const signedQuery = [...query]
    .filter(([name]) => SIGNED_QUERY.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join("&");
  const text = [
    method,
    headers["content-md5"] ?? "",
    headers["content-type"] ?? "",
    String(expires),
    amazonHeaders.join("") +
      (isHostStyle ? `/${bucket}` : "") +
      toCanonicalPath(url) +
      (signedQuery && `?${signedQuery}`),
  ].join("\n");
  const expected = createHmac("sha1", credentials.secretAccessKey).update(text).digest("base64");
  return matches(expected, query.get("Signature") ?? "");
}

/** Compares signatures in constant time. */
export function matches(expected: string, given: string): S3Fault | undefined {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b) ? undefined : faults.signatureDoesNotMatch;
}
