import {
  memoryBucket,
  memoryDocumentStore,
  processed,
  S3Fault,
  startS3Server,
  upload,
} from "@image-pipeline/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MANIFESTS } from "../src/documents.ts";
import { s3DocumentStore } from "../src/s3-document-store.ts";
import { documentStoreContract } from "./contracts/document-store.contract.ts";

const KEY = "manifests/a.jpg.json";
const manifest = processed(upload());

let bucket = memoryBucket();
let server: Awaited<ReturnType<typeof startS3Server>>;
beforeEach(async () => {
  bucket = memoryBucket();
  server = await startS3Server({ processed: bucket });
});
afterEach(() => server.close());

function store(waits: number[] = []) {
  return s3DocumentStore(server.client, "processed", MANIFESTS, async (milliseconds) =>
    waits.push(milliseconds),
  );
}

documentStoreContract("the document store in memory", async () => {
  const own = memoryBucket();
  return { store: memoryDocumentStore(own, MANIFESTS), bucket: own };
});
documentStoreContract("the document store on S3", async () => ({ store: store(), bucket }));

describe("on S3", () => {
  test("makes caches revalidate it, and marks it as written by the pipeline", async () => {
    await store().replace(KEY, undefined, manifest);
    expect(bucket.get(KEY)).toMatchObject({
      contentType: "application/json",
      cacheControl: "no-cache",
      metadata: { "generated-by": "image-pipeline" },
    });
  });

  test("a conflict with a write under way is tried again, after a wait with jitter", async () => {
    let conflicts = 0;
    server.control.fault = ({ method }) =>
      method === "PUT" && conflicts++ < 2 ? new S3Fault(409, "ConditionalRequestConflict") : undefined;
    const waits: number[] = [];
    expect(await store(waits).replace(KEY, undefined, manifest)).toBe(true);
    expect(waits).toHaveLength(2);
    expect(waits).toSatisfy((all: number[]) => all.every((ms, index) => ms >= 0 && ms <= 50 * 2 ** index));
  });

  test("a conflict that does not end is STORE_UNAVAILABLE, so that the message is retried", async () => {
    server.control.fault = () => new S3Fault(409, "ConditionalRequestConflict");
    await expect(store().replace(KEY, undefined, manifest)).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
    });
    expect(server.control.requests).toHaveLength(6);
  });

  test.each([
    [503, "SlowDown", "STORE_UNAVAILABLE"],
    [500, "InternalError", "STORE_UNAVAILABLE"],
    [403, "AccessDenied", "STORE_DENIED"],
  ])("%d %s is %s", async (status, code, expected) => {
    server.control.fault = () => new S3Fault(status, code);
    await expect(store().read(KEY)).rejects.toMatchObject({ code: expected });
    await expect(store().replace(KEY, undefined, manifest)).rejects.toMatchObject({ code: expected });
  });

  test("a cut connection is an unavailable store", async () => {
    server.control.fault = () => "reset";
    await expect(store().read(KEY)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  });

  test("a write whose answer was lost is found when it is tried again", async () => {
    server.control.fault = () => "lose answer";
    await expect(store().replace(KEY, undefined, manifest)).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
    });
    server.control.fault = () => undefined;
    expect(await store().replace(KEY, undefined, manifest)).toBe(false);
    expect((await store().read(KEY))?.document).toEqual(manifest);
  });
});
