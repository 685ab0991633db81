import { memoryBucket, startS3Server } from "@image-pipeline/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { s3FailureLog } from "../src/s3-failure-log.ts";

let bucket = memoryBucket();
let server: Awaited<ReturnType<typeof startS3Server>>;
beforeEach(async () => {
  bucket = memoryBucket();
  server = await startS3Server({ processed: bucket });
});
afterEach(() => server.close());

const failure = { code: "STORE_DENIED", text: "denied", at: "…", receiveCount: 3, key: "photos/a.jpg" };

test("keeps the last error of a message under the message's id, until it is cleared", async () => {
  const log = s3FailureLog(server.client, "processed");
  await log.record("m-1", { ...failure, receiveCount: 2 });
  await log.record("m-1", failure);
  expect(bucket.list()).toEqual(["failures/m-1.json"]);
  expect(JSON.parse(new TextDecoder().decode(bucket.get("failures/m-1.json").body))).toEqual(failure);
  await log.clear("m-1");
  expect(bucket.list()).toEqual([]);
});
