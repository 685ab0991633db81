import { ListPartsCommand } from "@aws-sdk/client-s3";
import { imagePipeline } from "@image-pipeline/client/server";
import { expect, it } from "vitest";
import { send } from "../net/web-page.ts";
import { ALLOWED_ORIGINS, BUCKET, keyOf, runProxy } from "./running-proxy.ts";

const MEBIBYTE = 1024 * 1024;
/** All parts but the last have S3's smallest size. */
const PARTS = [Buffer.alloc(5 * MEBIBYTE, "a"), Buffer.alloc(5 * MEBIBYTE, "b"), Buffer.from("cc")];
/** One byte less than the parts have, of which it allows three. */
const ONE_BYTE_LESS = 10 * MEBIBYTE + 1;

/** A page that uploads a file in parts, with the requests of Uppy, each signed by the client's server part. */
async function openPage(maxBytes: number) {
  const { s3, endpoint, records } = await runProxy();
  const images = imagePipeline({ uploadBucket: BUCKET, processedBucket: BUCKET, maxBytes, s3 });
  async function ask(
    method: string,
    request: { key: string; uploadId?: string; partNumber?: number },
    body?: string | Buffer,
  ) {
    const { url, key = request.key } = await images.signRequest({ method, ...request });
    const { pathname, search } = new URL(url);
    const headers = { origin: ALLOWED_ORIGINS[0] ?? "", "sec-fetch-site": "cross-site" };
    const answer = await send(endpoint, {
      method,
      path: pathname + search,
      headers,
      ...(body !== undefined && { body }),
    });
    return { key, ...answer };
  }
  const begun = await ask("POST", { key: "large.tif" });
  const [, uploadId = ""] = /<UploadId>(.*?)</.exec(begun.body) ?? [];
  const at = { key: begun.key, uploadId };
  const tags: unknown[] = [];
  for (const [index, part] of PARTS.entries())
    tags.push((await ask("PUT", { ...at, partNumber: index + 1 }, part)).headers.etag);
  const xml = tags.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${tag}</ETag></Part>`);
  const list = `<CompleteMultipartUpload>${xml.join("")}</CompleteMultipartUpload>`;
  return { s3, records, ask, at, tags, complete: () => ask("POST", at, list) };
}

it("uploads a large file in parts for a page, which may list them", async () => {
  const { ask, at, tags, complete, records } = await openPage(25 * MEBIBYTE);
  const { status, body } = await ask("GET", at);
  expect(status).toBe(200);
  expect([...body.matchAll(/<PartNumber>(\d)<\/PartNumber>/g)].map(([, number]) => number)).toEqual([
    "1",
    "2",
    "3",
  ]);
  expect([...body.matchAll(/<Size>(\d+)<\/Size>/g)].map(([, size]) => Number(size))).toEqual(
    PARTS.map(({ length }) => length),
  );
  for (const tag of tags) expect(body.replaceAll("&quot;", '"')).toContain(`<ETag>${tag}</ETag>`);
  expect((await complete()).status).toBe(200);
  expect(records.map(keyOf)).toEqual([at.key]);
});

it("lists parts page by page, and none of an upload that is over", async () => {
  const { s3, ask, at } = await openPage(25 * MEBIBYTE);
  const input = { Bucket: BUCKET, Key: at.key, UploadId: at.uploadId };
  const first = await s3.send(new ListPartsCommand({ ...input, MaxParts: 2 }));
  expect([first.Parts?.map(({ PartNumber }) => PartNumber), first.IsTruncated]).toEqual([[1, 2], true]);
  const rest = await s3.send(
    new ListPartsCommand({ ...input, PartNumberMarker: first.NextPartNumberMarker }),
  );
  expect([rest.Parts?.map(({ PartNumber }) => PartNumber), rest.IsTruncated]).toEqual([[3], false]);
  expect((await ask("DELETE", at)).status).toBe(204);
  await expect(s3.send(new ListPartsCommand(input))).rejects.toMatchObject({ name: "NoSuchUpload" });
});

it("removes an upload in parts that is too large, instead of completing it", async () => {
  const { s3, at, complete, records } = await openPage(ONE_BYTE_LESS);
  await expect(complete()).rejects.toMatchObject({ name: "UploadRefused" });
  const listing = new ListPartsCommand({ Bucket: BUCKET, Key: at.key, UploadId: at.uploadId });
  await expect(s3.send(listing)).rejects.toMatchObject({ name: "NoSuchUpload" });
  expect(records).toEqual([]);
});
