import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { Analysis } from "@image-pipeline/schema/analysis";
import { definePipeline } from "@image-pipeline/schema/config";
import { toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import type { Manifest } from "@image-pipeline/schema/manifest";
import { FAILURES_PREFIX } from "@image-pipeline/schema/processing";
import { aSource, FACTS, PROCESSED, processed, rejected, UPLOADS } from "@image-pipeline/testing";
import sharp from "sharp";
import { deadLetterOffice } from "../dlq/dead-letter-office.ts";

/** Settings with analyses, so that images have verdicts. */
export const PIPELINES = definePipeline({
  presets: { thumb: { width: 160, formats: ["webp"] } },
  analysis: { moderation: { enabled: true } },
  environments: { dev: {} },
});

const LISTED = 1000;
/** A prime number that divides no count of images: the order of their times is not that of their keys. */
const STRIDE = 7919;
/** Noon of 2026-01-01: one image a minute. */
const START = Date.parse("2026-01-01T12:00:00.000Z");
const MINUTE_MILLISECONDS = 60_000;

export type Kind =
  | "sources"
  | "manifests"
  | "one listed"
  | "manifest"
  | "analysis"
  | "failure"
  | "receive"
  | "other";

/**
 * A pipeline with as many images as one likes, which its server makes up when they are asked for, and with the queues of
 * `deadLetterOffice`. Of 1,000 images 10 are rejected, 10 wait, 1 is quarantined, and 100 are PNG files.
 */
export async function crowdedPipeline(images: number) {
  const office = await deadLetterOffice();
  const asked = new Map<Kind, number>();
  const ids = new Map(
    Array.from({ length: images }, (_, index) => [toImageId(UPLOADS, keyOf(index)), index]),
  );
  const thumbnail = await sharp({ create: { width: 16, height: 12, channels: 3, background: "#369" } })
    .webp()
    .toBuffer();
  /** Images that were processed meanwhile, of those that wait. */
  const finished = new Set<string>();
  let reasonOf = (_messageId: string): string | undefined => undefined;

  function count(kind: Kind): void {
    asked.set(kind, (asked.get(kind) ?? 0) + 1);
  }
  function answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://localhost");
    const [, bucket = "", ...rest] = decodeURIComponent(pathname).split("/");
    const key = rest.join("/");
    if (request.method !== "GET" || ![UPLOADS, PROCESSED].includes(bucket)) return false;
    if (query.get("list-type") === "2" && query.get("max-keys") === "1") {
      count("one listed");
      const key = query.get("prefix") ?? "";
      const isThere = bucket === UPLOADS || finished.has(key);
      response.writeHead(200, { "content-type": "application/xml" });
      response.end(toList(isThere ? [toContents(key, { eTag: "new", time: Date.now() })] : []));
      return true;
    }
    if (query.get("list-type") === "2") {
      count(bucket === UPLOADS ? "sources" : "manifests");
      response.writeHead(200, { "content-type": "application/xml" });
      response.end(toListing(bucket, query, images));
      return true;
    }
    const body = contentOf(key);
    response.writeHead(body === undefined ? 404 : 200, { "content-type": typeOf(key) });
    response.end(body ?? "<Error><Code>NoSuchKey</Code></Error>");
    return true;
  }
  function contentOf(key: string): string | Buffer | undefined {
    if (key.startsWith("manifests/")) {
      count("manifest");
      const manifest = finished.has(key) ? processed(aSource({ key: keyAt(key) })) : manifestAt(key);
      return manifest && JSON.stringify(manifest);
    }
    if (key.startsWith("analysis/")) {
      count("analysis");
      return JSON.stringify(analysisOf(ids.get(key.slice("analysis/".length, -".json".length)) ?? 0));
    }
    if (key.startsWith("renditions/")) return thumbnail;
    if (!key.startsWith(FAILURES_PREFIX)) return undefined;
    count("failure");
    const code = reasonOf(key.slice(FAILURES_PREFIX.length, -".json".length));
    return code && JSON.stringify({ code, text: `${code} happened`, at: "…", receiveCount: 5, key: null });
  }

  const server = createServer((request, response) => {
    if (answer(request, response)) return;
    count(request.headers["x-amz-target"] === "AmazonSQS.ReceiveMessage" ? "receive" : "other");
    passOn(`http://127.0.0.1:${office.server.port}`, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    office,
    endpoint: `http://127.0.0.1:${address.port}`,
    /** The requests since the last call, by kind. */
    takeAsked(): Partial<Record<Kind, number>> {
      const taken = Object.fromEntries(asked);
      asked.clear();
      return taken;
    },
    /** Processes an image that waits, and publishes nothing. @returns its manifest */
    finish(index: number) {
      const source = aSource({ key: keyOf(index) });
      finished.add(toManifestKey(UPLOADS, source.key));
      return processed(source);
    },
    /** Sets the error code that is recorded for each message. */
    record(reason: typeof reasonOf) {
      reasonOf = reason;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await office.stop();
    },
  };
}

function keyOf(index: number): string {
  return `photos/${String(index).padStart(6, "0")}.jpg`;
}

/** The time of the newest image, in milliseconds since 1970. */
export function newestTime(images: number): number {
  return START + (images - 1) * MINUTE_MILLISECONDS;
}

/** Finds the manifest under a key. */
export function manifestAt(key: string): Manifest | undefined {
  return manifestOf(indexAt(key));
}

function indexAt(manifestKey: string): number {
  return Number(/(\d+)\.jpg/.exec(manifestKey)?.[1]);
}

function keyAt(manifestKey: string): string {
  return keyOf(indexAt(manifestKey));
}

function timeOf(index: number, images: number): number {
  return START + ((index * STRIDE) % images) * MINUTE_MILLISECONDS;
}

function manifestOf(index: number): Manifest | undefined {
  const source = aSource({ key: keyOf(index) });
  if (index % 100 === 1) return undefined;
  if (index % 100 === 2) return rejected(source);
  return processed(source, { facts: { ...FACTS, format: index % 10 === 0 ? "png" : "jpeg" } });
}

function analysisOf(index: number): Analysis {
  const source = aSource({ key: keyOf(index) });
  return Analysis.parse({
    schema: "image-analysis.v1",
    imageId: toImageId(UPLOADS, source.key),
    correlationId: "request-1",
    updatedAt: "2026-01-01T00:00:09.000Z",
    status: "analyzed",
    source,
    recipe: "recipe-1",
    verdict: index % 1000 === 3 ? "quarantine" : "allow",
    rules: [],
    models: {},
    timings: { analyzeMs: 1, totalMs: 1 },
  });
}

/** A page of a listing in the order of the keys, as S3 gives it. */
function toListing(bucket: string, query: URLSearchParams, images: number): string {
  const start = Number(query.get("continuation-token") ?? 0);
  const end = Math.min(start + LISTED, images);
  const isUploads = bucket === UPLOADS;
  const objects = Array.from({ length: end - start }, (_, offset) => start + offset)
    .filter((index) => isUploads || manifestOf(index) !== undefined)
    .map((index) => {
      const key = isUploads ? keyOf(index) : toManifestKey(UPLOADS, keyOf(index));
      return toContents(key, { eTag: `e${index}`, time: timeOf(index, images) });
    });
  return toList(objects, end < images ? end : undefined);
}

function toContents(key: string, { eTag, time }: { eTag: string; time: number }): string {
  const modified = new Date(time).toISOString();
  return `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>${modified}</LastModified><ETag>"${eTag}"</ETag><Size>1000</Size></Contents>`;
}

/** @param next the place of the next page; undefined at the end */
function toList(contents: readonly string[], next?: number): string {
  const token = next === undefined ? "" : `<NextContinuationToken>${next}</NextContinuationToken>`;
  return `<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${next !== undefined}</IsTruncated>${token}${contents.join("")}</ListBucketResult>`;
}

function typeOf(key: string): string {
  return key.startsWith("renditions/") ? "image/webp" : "application/json";
}

async function passOn(endpoint: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = "", method = "GET" } = request;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === "string" && !["host", "connection", "content-length"].includes(name))
      headers.set(name, value);
  const body = method === "GET" || method === "HEAD" ? null : await buffer(request);
  const answer = await fetch(`${endpoint}${url}`, { method, headers, body });
  const type = answer.headers.get("content-type");
  response.writeHead(answer.status, type ? { "content-type": type } : {});
  response.end(Buffer.from(await answer.arrayBuffer()));
}
