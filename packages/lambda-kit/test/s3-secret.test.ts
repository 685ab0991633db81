import { SECRET_KEY } from "@image-pipeline/schema/keys";
import { memoryBucket, S3Fault, startS3Server } from "@image-pipeline/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { s3ReadSecret, s3Secret } from "../src/s3-secret.ts";

let bucket = memoryBucket();
let server: Awaited<ReturnType<typeof startS3Server>>;
beforeEach(async () => {
  bucket = memoryBucket();
  server = await startS3Server({ processed: bucket });
});
afterEach(() => server.close());
const secret = () => s3Secret(server.client, "processed");

test("functions that start at the same time in a new environment make one secret and use it", async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => secret()()));
  expect(new Set(all).size).toBe(1);
  expect(all[0]).toMatch(/^[0-9a-f]{64}$/);
});

test("two environments have different secrets", async () => {
  const other = await startS3Server({ processed: memoryBucket() });
  expect(await s3Secret(other.client, "processed")()).not.toBe(await secret()());
  await other.close();
});

test("a function reads the secret once, however many pictures it renders", async () => {
  const read = secret();
  await read();
  const requests = server.control.requests.length;
  await read();
  expect(server.control.requests).toHaveLength(requests);
});

test("a function that was cut off while it made the secret uses the same one later", async () => {
  server.control.fault = ({ method }) => (method === "PUT" ? "lose answer" : undefined);
  const read = secret();
  await expect(read()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  server.control.fault = () => undefined;
  expect(await read()).toBe(new TextDecoder().decode(bucket.get(SECRET_KEY).body));
});

test("an object that is no secret is never used", async () => {
  bucket.put(SECRET_KEY, new TextEncoder().encode("password"));
  await expect(secret()()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
});

test("a role that may not read the secret makes no other one", async () => {
  server.control.fault = () => new S3Fault(403, "AccessDenied");
  await expect(secret()()).rejects.toMatchObject({ code: "STORE_DENIED" });
  expect(bucket.list()).toEqual([]);
});

test("a function that only checks marks makes no secret, and finds it once there is one", async () => {
  const read = s3ReadSecret(server.client, "processed");
  expect(await read()).toBeUndefined();
  const made = await secret()();
  expect(await read()).toBe(made);
});
