import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { SECRET_KEY } from "@image-pipeline/schema/keys";

/** How far away a store is; a client reads the body at the speed of the wire. */
export interface Distance {
  firstByteMilliseconds: number;
  /** Bytes a millisecond; infinite for a store at hand. */
  bytesPerMillisecond: number;
}

export interface StandInAws {
  endpoint: string;
  /** Requests so far, without those for the secret, which a function reads once. */
  requests: { s3Reads: number; s3Writes: number; snsPublishes: number };
  close(): void;
}

const CHUNK_BYTES = 256 * 1024;
const PUBLISHED =
  '<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Successful><member><Id>0</Id><MessageId>m</MessageId></member></Successful></PublishBatchResult></PublishBatchResponse>';
/** The secret that the environment has after its first rendition. */
const SECRET = Buffer.from("5".repeat(64));
const MISSING = "<Error><Code>NoSuchKey</Code><Message>missing</Message></Error>";

/**
 * Just so much of S3 and SNS as one pass of a handler asks for, with the wait of a store across a network: it keeps
 * nothing, knows the sources and the secret alone, and takes everything that is written.
 *
 * @param sources by path, `/bucket/key`
 */
export async function startStandInAws(
  sources: ReadonlyMap<string, Uint8Array>,
  distance: Distance,
): Promise<StandInAws> {
  const requests = { s3Reads: 0, s3Writes: 0, snsPublishes: 0 };
  const server = createServer((request, response) => {
    if (!request.url?.includes(SECRET_KEY)) requests[toKind(request.method)]++;
    answer(request, response, sources, distance).catch((error: Error) => response.destroy(error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stand-in has no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests,
    close: () => server.close().closeAllConnections(),
  };
}

function toKind(method: string | undefined): keyof StandInAws["requests"] {
  if (method === "POST") return "snsPublishes";
  return method === "GET" || method === "HEAD" ? "s3Reads" : "s3Writes";
}

/** The eTag of bytes as S3 gives it to a single PUT: their MD5. */
export function toETag(data: Uint8Array): string {
  return createHash("md5").update(data).digest("hex");
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  sources: ReadonlyMap<string, Uint8Array>,
  distance: Distance,
): Promise<void> {
  const { firstByteMilliseconds, bytesPerMillisecond } = distance;
  let received = 0;
  for await (const chunk of request) received += chunk.length;
  await setTimeout(firstByteMilliseconds + received / bytesPerMillisecond);
  const [path = ""] = (request.url ?? "").split("?");
  const source = path.endsWith(`/${SECRET_KEY}`) ? SECRET : sources.get(decodeURIComponent(path));
  if (request.method === "POST") response.setHeader("content-type", "text/xml").end(PUBLISHED);
  else if (request.method !== "GET") response.setHeader("etag", '"written"').end();
  else if (source) await send(source, request, response, distance);
  else response.writeHead(404, { "content-type": "application/xml" }).end(MISSING);
}

async function send(
  source: Uint8Array,
  request: IncomingMessage,
  response: ServerResponse,
  { bytesPerMillisecond }: Distance,
): Promise<void> {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  const body = from === undefined ? source : source.subarray(Number(from), Number(to) + 1);
  response.writeHead(from === undefined ? 200 : 206, {
    etag: `"${toETag(source)}"`,
    "content-length": body.length,
    ...(from !== undefined && { "content-range": `bytes ${from}-${to}/${source.length}` }),
  });
  for (let at = 0; at < body.length; at += CHUNK_BYTES) {
    const chunk = body.subarray(at, at + CHUNK_BYTES);
    await setTimeout(chunk.length / bytesPerMillisecond);
    response.write(chunk);
  }
  response.end();
}
