import { imagePipeline, type Upload } from "@image-pipeline/client/server";
import { expect, it } from "vitest";
import { ALLOWED_ORIGINS, BUCKET, keyOf, runProxy } from "./running-proxy.ts";

const [PAGE = ""] = ALLOWED_ORIGINS;

/** The proxy, and a form of `createUpload` for at most 100 bytes of JPEG below `photos/`. */
async function start() {
  const proxy = await runProxy();
  const place = { uploadBucket: BUCKET, processedBucket: BUCKET, s3: proxy.s3 };
  const pipeline = imagePipeline({ ...place, prefix: "photos/", maxBytes: 100 });
  const upload = await pipeline.createUpload({ contentType: "image/jpeg", name: "cat.jpg" });
  return { ...proxy, pipeline, upload };
}

/** Sends a form as a page of an allowed origin does. */
async function send({ url, method, fields }: Upload, bytes: number, changed: Record<string, string> = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changed })) body.append(name, value);
  body.append("file", new Blob([new Uint8Array(bytes)]), "cat.jpg");
  const answer = await fetch(url, { method, body, headers: { origin: PAGE } });
  return { answer, code: /<Code>(\w+)/.exec(await answer.text())?.[1] };
}

it("takes the form of createUpload from a page, and lets it read the ETag", async () => {
  const { upload, records } = await start();
  const { answer } = await send(upload, 100);
  expect(answer.status).toBe(204);
  expect(answer.headers.get("etag")).toMatch(/^"[0-9a-f]{32}"$/);
  expect(answer.headers.get("access-control-expose-headers")?.toLowerCase()).toContain("etag");
  expect(records.map(keyOf)).toEqual([upload.key]);
});

it.each([
  ["more bytes", 101, {}, "EntityTooLarge"],
  ["no byte", 0, {}, "EntityTooSmall"],
  ["another key", 10, { key: "photos/other.jpg" }, "AccessDenied"],
  ["another type", 10, { "Content-Type": "text/html" }, "AccessDenied"],
  ["another field", 10, { "x-amz-meta-a": "1" }, "AccessDenied"],
  ["another signature", 10, { "X-Amz-Signature": "0".repeat(64) }, "SignatureDoesNotMatch"],
])("refuses the same form with %s", async (_change, bytes, changed, expected) => {
  const { upload, records } = await start();
  expect((await send(upload, bytes, changed)).code).toBe(expected);
  expect(records).toEqual([]);
});

it("takes the parts that signRequest signs", async () => {
  const { pipeline } = await start();
  const created = await pipeline.signRequest({ method: "POST", key: "cat.jpg" });
  const xml = await (await fetch(created.url, { method: "POST" })).text();
  const uploadId = /<UploadId>(.+)<\/UploadId>/.exec(xml)?.[1] ?? "";
  const part = { method: "PUT", key: created.key ?? "", uploadId, partNumber: 1 };
  const { url } = await pipeline.signRequest(part);
  expect((await fetch(url, { method: "PUT", body: "a part" })).headers.get("etag")).toBeTruthy();
  expect(
    (await fetch(url.replace("partNumber=1", "partNumber=2"), { method: "PUT", body: "x" })).status,
  ).toBe(403);
});
