import { memoryBucket, S3Fault, startS3Server } from "@image-pipeline/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { s3QuarantineCheck } from "../src/s3-quarantine-check.ts";

const KEY = "renditions/id/tag/thumb.webp";

let bucket = memoryBucket();
let server: Awaited<ReturnType<typeof startS3Server>>;
beforeEach(async () => {
  bucket = memoryBucket();
  server = await startS3Server({ processed: bucket });
});
afterEach(() => server.close());
const state = () => s3QuarantineCheck(server.client, "processed").stateOf(KEY);

test.each([
  ["team=images", "readable"],
  ["team=images&quarantine=true", "quarantined"],
  ["quarantine=false", "readable"],
])("a rendition with the tags %s is %s", async (tags, expected) => {
  bucket.put(KEY, new Uint8Array([1]), { tags });
  expect(await state()).toBe(expected);
});

test("a rendition whose tags the bucket's policy hides is quarantined", async () => {
  server.control.fault = () => new S3Fault(403, "AccessDenied");
  expect(await state()).toBe("quarantined");
});

test("a rendition that is not there is missing", async () => {
  expect(await state()).toBe("missing");
});

test("an S3 that does not answer is an error", async () => {
  server.control.fault = () => new S3Fault(503, "SlowDown");
  await expect(state()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
});
