import { memoryBucket, S3Fault, startS3Server } from "@image-pipeline/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { s3RenditionTags } from "../src/s3-rendition-tags.ts";

const KEY = "renditions/id/tag/thumb.webp";
const QUARANTINE = { name: "quarantine", value: "true" };

let bucket = memoryBucket();
let server: Awaited<ReturnType<typeof startS3Server>>;
beforeEach(async () => {
  bucket = memoryBucket({ versioned: true });
  server = await startS3Server({ processed: bucket });
  bucket.put(KEY, new Uint8Array([1]), { tags: "team=images" });
});
afterEach(() => server.close());
const add = () => s3RenditionTags(server.client, "processed").add(KEY, QUARANTINE);

test("adds a tag, and keeps the others and the object as they are", async () => {
  const { versionId } = bucket.get(KEY);
  await add();
  expect(bucket.get(KEY)).toMatchObject({ tags: "team=images&quarantine=true", versionId });
});

test("writes nothing if the tag exists", async () => {
  await add();
  server.control.requests.length = 0;
  await add();
  expect(server.control.requests.map(({ method }) => method)).toEqual(["GET"]);
});

test("tags the copy too when the object was copied over itself in between", async () => {
  let copies = 0;
  server.control.fault = ({ method }) => {
    if (method === "PUT" && copies++ === 0) bucket.put(KEY, new Uint8Array([1]), { tags: "superseded=true" });
    return undefined;
  };
  await add();
  expect(bucket.get(KEY).tags).toBe("superseded=true&quarantine=true");
});

test("ignores a missing object", async () => {
  bucket.remove(KEY);
  await expect(add()).resolves.toBeUndefined();
});

test.each([
  [503, "SlowDown", "STORE_UNAVAILABLE"],
  [403, "AccessDenied", "STORE_DENIED"],
])("%d %s is %s", async (status, code, expected) => {
  server.control.fault = () => new S3Fault(status, code);
  await expect(add()).rejects.toMatchObject({ code: expected });
});
