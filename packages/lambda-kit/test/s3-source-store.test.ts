import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { S3Client } from "@aws-sdk/client-s3";
import {
  memoryBucket,
  memorySourceStore,
  S3Fault,
  type S3Request,
  SECRET,
  startS3Server,
} from "@image-pipeline/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { s3SourceStore } from "../src/s3-source-store.ts";
import { sourceStoreContract, toSource } from "./contracts/source-store.contract.ts";

const MEBIBYTE = 1024 * 1024;
const MAX_BYTES = 64 * MEBIBYTE;
const SETTINGS = {
  region: "us-east-1",
  forcePathStyle: true,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
};

async function serving(server: Server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { endpoint: `http://127.0.0.1:${address.port}`, close };
}

let bucket = memoryBucket({ versioned: true });
let server: Awaited<ReturnType<typeof startS3Server>>;
beforeEach(async () => {
  bucket = memoryBucket({ versioned: true });
  server = await startS3Server({ uploads: bucket });
});
afterEach(() => server.close());
const store = () => s3SourceStore(server.client, async () => SECRET);
const isListing = ({ query }: S3Request) => query.has("list-type");

sourceStoreContract("the source store in memory", async () => {
  const own = memoryBucket({ versioned: true });
  return { store: memorySourceStore(own), bucket: own };
});
sourceStoreContract("the source store on S3", async () => ({ store: store(), bucket }));

describe("a large source", () => {
  const large = Buffer.from(Array.from({ length: 5 * MEBIBYTE + 3 }, (_, index) => index % 251));

  test("is read in ranges, each pinned to the same eTag, and comes out whole", async () => {
    const source = toSource(bucket.put("large.jpg", large));
    expect(large.equals((await store().read(source, MAX_BYTES)).bytes)).toBe(true);
    const pins = server.control.requests.map(({ headers }) => headers["if-match"]);
    expect(pins).toEqual(Array(4).fill(`"${source.eTag}"`));
  });

  test("that changes between two ranges is refused, never mixed", async () => {
    const source = toSource(bucket.put("large.jpg", large));
    let reads = 0;
    server.control.fault = () => {
      if (++reads === 3) bucket.put("large.jpg", Buffer.alloc(large.length));
      return undefined;
    };
    await expect(store().read(source, MAX_BYTES)).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
  });
});

describe("an object that is larger than its event says", () => {
  /** An S3 that sends one object for as long as its client reads. */
  async function endlessS3(headers: Record<string, string>) {
    const sent = { bytes: 0 };
    const server = createServer(async (_request, response) => {
      response.writeHead(200, { etag: '"e"', ...headers });
      const chunk = Buffer.alloc(MEBIBYTE / 4);
      while (!response.destroyed) {
        sent.bytes += chunk.length;
        if (!response.write(chunk)) await Promise.race([once(response, "drain"), once(response, "close")]);
      }
    });
    const { endpoint, close } = await serving(server);
    const client = new S3Client({ ...SETTINGS, endpoint });
    return { store: s3SourceStore(client, async () => SECRET), sent, close };
  }
  const source = { bucket: "uploads", key: "a.jpg", eTag: "e", versionId: null, size: 10, sequencer: null };

  test.each([
    ["is not read", { "content-length": String(1024 * MEBIBYTE) }],
    ["is cut at the limit if S3 does not tell its size", {}],
  ])("%s", async (_name, headers) => {
    const { store, sent, close } = await endlessS3(headers);
    await expect(store.read(source, 2 * MEBIBYTE)).rejects.toMatchObject({ code: "MESSAGE_REFUSED" });
    expect(sent.bytes).toBeLessThan(32 * MEBIBYTE);
    await close();
  });

  test("is refused too if the event says enough for ranges", async () => {
    const large = toSource(bucket.put("large.jpg", Buffer.alloc(20 * MEBIBYTE)));
    const claimed = { ...large, size: 5 * MEBIBYTE };
    await expect(store().read(claimed, MAX_BYTES)).rejects.toMatchObject({ code: "MESSAGE_REFUSED" });
  });

  test("is refused if the event says more than there is", async () => {
    const small = toSource(bucket.put("small.jpg", Buffer.alloc(10)));
    const claimed = { ...small, size: 5 * MEBIBYTE };
    await expect(store().read(claimed, MAX_BYTES)).rejects.toMatchObject({ code: "MESSAGE_REFUSED" });
  });
});

describe("a 403", () => {
  const denied = new S3Fault(403, "AccessDenied");

  test("that hides a missing key means that the source is gone", async () => {
    const source = toSource(bucket.put("a.jpg", new Uint8Array([1])));
    bucket.remove("a.jpg");
    server.control.fault = (request) => (isListing(request) ? undefined : denied);
    await expect(store().read(source, MAX_BYTES)).rejects.toMatchObject({ code: "SOURCE_GONE" });
  });

  test("for a key that is there means a broken role, whose messages are kept", async () => {
    const source = toSource(bucket.put("a.jpg", new Uint8Array([1])));
    server.control.fault = (request) => (isListing(request) ? undefined : denied);
    await expect(store().read(source, MAX_BYTES)).rejects.toMatchObject({ code: "STORE_DENIED" });
  });

  test("is not taken for a missing key because a longer one is there", async () => {
    const source = toSource(bucket.put("a", new Uint8Array([1])));
    bucket.remove("a");
    bucket.put("a/b", new Uint8Array([1]));
    server.control.fault = (request) => (isListing(request) ? undefined : denied);
    await expect(store().read(source, MAX_BYTES)).rejects.toMatchObject({ code: "SOURCE_GONE" });
  });

  test("for the listing as well means a broken role", async () => {
    const source = toSource(bucket.put("a.jpg", new Uint8Array([1])));
    server.control.fault = () => denied;
    await expect(store().read(source, MAX_BYTES)).rejects.toMatchObject({ code: "STORE_DENIED" });
  });
});

test.each([
  ["503 Slow Down", new S3Fault(503, "SlowDown")],
  ["500", new S3Fault(500, "InternalError")],
  ["a cut connection", "reset" as const],
])("%s is an unavailable store, to be tried again", async (_name, fault) => {
  const source = toSource(bucket.put("a.jpg", new Uint8Array([1])));
  server.control.fault = () => fault;
  await expect(store().read(source, MAX_BYTES)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
});
