import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { S3Client } from "@aws-sdk/client-s3";
import { type MemoryBucket, S3Fault, type StoredObject } from "./memory-bucket.ts";

/** A request as a test sees it, to answer it with a fault instead. */
export interface S3Request {
  method: string;
  bucket: string;
  key: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
}

/** `reset` cuts the connection; `lose answer` does the request, then cuts it. */
export type Fault = S3Fault | "reset" | "lose answer" | undefined;

interface Control {
  fault: (request: S3Request) => Fault;
  /** An XML that is sent with 200 and nothing done. */
  answer: (request: S3Request) => string | undefined;
  requests: S3Request[];
}

/**
 * S3's wire protocol, as far as our consumers speak it, before buckets in memory: for real clients.
 *
 * @returns its address and a client of it; what `control` says may be replaced at any time, and `close` ends both
 */
export async function startS3Server(buckets: Record<string, MemoryBucket>) {
  const control: Control = { fault: () => undefined, answer: () => undefined, requests: [] };
  const server = createServer(async (incoming, response) => {
    const body = await buffer(incoming);
    const request = toRequest(incoming);
    control.requests.push(request);
    const fault = control.fault(request);
    if (fault === "reset") return response.destroy();
    if (fault instanceof S3Fault) return refuse(response, fault);
    const canned = control.answer(request);
    if (canned !== undefined) return send(response, { status: 200, headers: {}, body: canned });
    try {
      const bucket = buckets[request.bucket];
      if (!bucket) throw new S3Fault(404, "NoSuchBucket");
      const answer = act(bucket, request, body);
      return fault === "lose answer" ? response.destroy() : send(response, answer);
    } catch (error) {
      return refuse(response, error instanceof S3Fault ? error : new S3Fault(500, String(error)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const endpoint = `http://127.0.0.1:${address.port}`;
  const client = new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    // One request for each call, so that a test sees the adapter's behaviour and not the client's retries.
    maxAttempts: 1,
  });
  const close = async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { endpoint, client, control, close };
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array | string;
}

function act(bucket: MemoryBucket, request: S3Request, body: Buffer): Answer {
  const { method, key, query, headers } = request;
  if (method === "GET" && key === "") return list(bucket, query);
  if (query.has("tagging")) return tagging(bucket, request, body.toString());
  if (method === "POST" && query.has("delete")) return removeAll(bucket, body.toString());
  if (method === "PUT" && headers["x-amz-copy-source"]) return copy(bucket, request);
  if (method === "PUT") return put(bucket, request, body);
  if (method === "DELETE") {
    bucket.remove(key);
    return { status: 204, headers: {}, body: "" };
  }
  return get(bucket, request);
}

function put(bucket: MemoryBucket, request: S3Request, body: Uint8Array): Answer {
  const { eTag } = bucket.put(request.key, decodeChunks(request, body), toOptions(request));
  return { status: 200, headers: { etag: eTag }, body: "" };
}

/** S3 refuses to copy an object onto itself with nothing changed. */
function copy(bucket: MemoryBucket, request: S3Request): Answer {
  const [, ...rest] = decodeURIComponent(text(request, "x-amz-copy-source") ?? "").split("/");
  if (text(request, "x-amz-metadata-directive") !== "REPLACE") throw new S3Fault(400, "InvalidRequest");
  const { eTag } = bucket.put(request.key, bucket.get(rest.join("/")).body, toOptions(request));
  return { status: 200, headers: {}, body: `<CopyObjectResult><ETag>${eTag}</ETag></CopyObjectResult>` };
}

function get(bucket: MemoryBucket, request: S3Request): Answer {
  const [versionId, ifMatch] = [request.query.get("versionId"), text(request, "if-match")];
  const object = bucket.get(request.key, { ...(versionId && { versionId }), ...(ifMatch && { ifMatch }) });
  const range = /^bytes=(\d+)-(\d+)$/.exec(text(request, "range") ?? "");
  if (!range) return { status: 200, headers: toHeaders(object, object.body), body: object.body };
  const [first, last] = [Number(range[1]), Number(range[2])];
  if (first >= object.body.length) throw new S3Fault(416, "InvalidRange");
  const body = object.body.subarray(first, last + 1);
  const contentRange = `bytes ${first}-${first + body.length - 1}/${object.body.length}`;
  return { status: 206, headers: { ...toHeaders(object, body), "content-range": contentRange }, body };
}

function tagging(bucket: MemoryBucket, { method, key, query }: S3Request, xml: string): Answer {
  const versionId = query.get("versionId");
  const object = bucket.get(key, versionId ? { versionId } : {});
  const headers: Record<string, string> = bucket.isVersioned ? { "x-amz-version-id": object.versionId } : {};
  if (method === "PUT") {
    const tags = [...xml.matchAll(/<Key>(.*?)<\/Key><Value>(.*?)<\/Value>/g)].map(
      ([, name = "", value = ""]): [string, string] => [name, value],
    );
    bucket.tag(key, new URLSearchParams(tags).toString(), object.versionId);
    return { status: 200, headers, body: "" };
  }
  const set = [...new URLSearchParams(object.tags)].map(
    ([name, value]) => `<Tag><Key>${escapeXml(name)}</Key><Value>${escapeXml(value)}</Value></Tag>`,
  );
  return { status: 200, headers, body: `<Tagging><TagSet>${set.join("")}</TagSet></Tagging>` };
}

/** Returns a page of keys. It starts after a key, not at a number, so that objects may be removed between two pages. */
function list(bucket: MemoryBucket, query: URLSearchParams): Answer {
  const after = query.get("continuation-token");
  const all = bucket.list(query.get("prefix") ?? "").filter((key) => after === null || key > after);
  const page = all.slice(0, Number(query.get("max-keys") ?? 1000));
  const last = page.length < all.length ? page.at(-1) : undefined;
  const next = last === undefined ? "" : `<NextContinuationToken>${escapeXml(last)}</NextContinuationToken>`;
  const contents = page.map((key) => `<Contents><Key>${escapeXml(key)}</Key></Contents>`).join("");
  const body = `<ListBucketResult><IsTruncated>${last !== undefined}</IsTruncated>${next}${contents}</ListBucketResult>`;
  return { status: 200, headers: {}, body };
}

function removeAll(bucket: MemoryBucket, xml: string): Answer {
  for (const [, key] of xml.matchAll(/<Key>(.*?)<\/Key>/g)) if (key) bucket.remove(key);
  return { status: 200, headers: {}, body: "<DeleteResult></DeleteResult>" };
}

function toRequest({ method = "GET", url = "/", headers }: IncomingMessage): S3Request {
  const { pathname, searchParams } = new URL(url, "http://s3");
  const [, bucket = "", ...rest] = pathname.split("/");
  return { method, bucket, key: decodeURIComponent(rest.join("/")), query: searchParams, headers };
}

function toOptions(request: S3Request) {
  const metadata = Object.entries(request.headers).flatMap(([name, value]) =>
    name.startsWith("x-amz-meta-") ? [[name.slice("x-amz-meta-".length), String(value)]] : [],
  );
  return {
    metadata: Object.fromEntries(metadata),
    tags: text(request, "x-amz-tagging") ?? "",
    contentType: text(request, "content-type"),
    cacheControl: text(request, "cache-control"),
    ifMatch: text(request, "if-match"),
    ifNoneMatch: text(request, "if-none-match"),
  };
}

function toHeaders(object: StoredObject, body: Uint8Array): Record<string, string> {
  const metadata = Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  return {
    etag: object.eTag,
    "content-length": String(body.byteLength),
    ...(object.contentType && { "content-type": object.contentType }),
    ...(object.cacheControl && { "cache-control": object.cacheControl }),
    ...Object.fromEntries(metadata),
  };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers);
  if (response.req.method === "HEAD") response.end();
  else response.end(body);
}

function refuse(response: ServerResponse, { status, code }: S3Fault): void {
  const body = `<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  send(response, { status, headers: { "content-type": "application/xml" }, body });
}

function text(request: S3Request, header: string): string | undefined {
  const value = request.headers[header];
  return Array.isArray(value) ? value[0] : value;
}

/** The SDK sends a body with a checksum behind it in chunks: `<hex size>\r\n<bytes>\r\n … 0\r\n<trailer>`. */
function decodeChunks(request: S3Request, body: Uint8Array): Uint8Array {
  if (!text(request, "content-encoding")?.includes("aws-chunked")) return body;
  const parts: Uint8Array[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf(13, at);
    const size = Number.parseInt(new TextDecoder().decode(body.subarray(at, end)), 16);
    if (size === 0) break;
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

function escapeXml(value: string): string {
  return value.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
