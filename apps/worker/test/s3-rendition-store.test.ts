import { toRenditionMetadata } from "@image-pipeline/schema/processing";
import { memoryBucket, S3Fault, SECRET, startS3Server } from "@image-pipeline/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { s3RenditionStore } from "../src/s3-rendition-store.ts";
import { renditionStoreContract } from "./contracts/rendition-store.contract.ts";
import { memoryRenditionStore } from "./memory/memory-rendition-store.ts";
import { encoded } from "./renditions.ts";

const KEY = "renditions/id/tag/thumb.webp";

let bucket = memoryBucket();
let server: Awaited<ReturnType<typeof startS3Server>>;
beforeEach(async () => {
  bucket = memoryBucket();
  server = await startS3Server({ processed: bucket });
});
afterEach(() => server.close());
const store = () => s3RenditionStore(server.client, "processed", async () => SECRET);

renditionStoreContract("the rendition store in memory", async () => {
  const own = memoryBucket();
  return { store: memoryRenditionStore(own), bucket: own };
});
renditionStoreContract("the rendition store on S3", async () => ({ store: store(), bucket }));

describe("on S3", () => {
  test("makes a rendition immutable for caches, marks it as written by the pipeline, and sends its SHA-256", async () => {
    await store().put(KEY, encoded("pixels"));
    expect(bucket.get(KEY)).toMatchObject({
      cacheControl: "public, max-age=31536000, immutable",
      metadata: toRenditionMetadata({ sha256: encoded("pixels").sha256, secret: SECRET }),
    });
    expect(server.control.requests[0]?.headers["x-amz-checksum-sha256"]).toBe(
      Buffer.from(encoded("pixels").sha256, "hex").toString("base64"),
    );
  });

  test("begins a rendition's grace period once, when it is replaced, and not again for a duplicate", async () => {
    await store().put(KEY, encoded("pixels"));
    await store().expire("renditions/id/tag/");
    const { versionId, cacheControl } = bucket.get(KEY);
    await store().expire("renditions/id/tag/");
    expect(bucket.get(KEY).versionId).toBe(versionId);
    expect(cacheControl).toBe("public, max-age=31536000, immutable");
  });

  test("keeps the quarantine tag while a rendition expires", async () => {
    await store().put(KEY, encoded("pixels"));
    bucket.tag(KEY, "quarantine=true");
    await store().expire("renditions/id/tag/");
    expect(bucket.get(KEY).tags).toBe("quarantine=true&superseded=true");
  });

  test("does not mind a rendition that goes while it is being expired", async () => {
    await store().put(KEY, encoded("pixels"));
    server.control.fault = ({ method }) => (method === "HEAD" ? new S3Fault(404, "NotFound") : undefined);
    await expect(store().expire("renditions/id/tag/")).resolves.toBeUndefined();
  });

  test("removes more renditions than one listing holds", async () => {
    for (let index = 0; index < 1001; index++)
      bucket.put(`renditions/id/tag/${index}`, new Uint8Array([index]));
    await store().remove("renditions/id/tag/");
    expect(bucket.list()).toEqual([]);
  });

  test("an object that S3 lists as not removed is an error", async () => {
    bucket.put(KEY, new Uint8Array([1]));
    server.control.answer = ({ method }) =>
      method === "POST"
        ? "<DeleteResult><Error><Key>a</Key><Code>InternalError</Code><Message>try later</Message></Error></DeleteResult>"
        : undefined;
    await expect(store().remove("renditions/id/tag/")).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringContaining("1 objects not removed: InternalError try later"),
    });
  });

  test.each([
    [503, "SlowDown", "STORE_UNAVAILABLE"],
    [403, "AccessDenied", "STORE_DENIED"],
  ])("%d %s is %s", async (status, code, expected) => {
    server.control.fault = () => new S3Fault(status, code);
    await expect(store().put(KEY, encoded("pixels"))).rejects.toMatchObject({ code: expected });
    await expect(store().expire("renditions/id/tag/")).rejects.toMatchObject({ code: expected });
    await expect(store().remove("renditions/id/tag/")).rejects.toMatchObject({ code: expected });
  });
});
