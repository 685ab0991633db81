import { connect } from "node:net";
import { text } from "node:stream/consumers";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { BUCKET, runProxy } from "./running-proxy.ts";

const TYPES = [
  "application/x-www-form-urlencoded",
  "application/x-amz-json-1.0",
  "multipart/form-data; boundary=x",
  "application/json",
  "text/plain",
  "jpg",
  "image/",
  "image/jpeg; charset",
  "image / jpeg",
  "x".repeat(200),
];

it.each(TYPES)("stores an object of the content type %j and returns that type", async (type) => {
  const { endpoint, records, s3 } = await runProxy();
  const response = await fetch(`${endpoint}/${BUCKET}/a.jpg`, {
    method: "PUT",
    body: "a=1&b=2",
    headers: { "content-type": type },
  });
  expect(response.status).toBe(200);
  const read = await fetch(`${endpoint}/${BUCKET}/a.jpg`);
  expect([await read.text(), read.headers.get("content-type")]).toEqual(["a=1&b=2", type]);
  expect((await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: "a.jpg" }))).ContentType).toBe(type);
  expect(records.map(({ s3 }) => s3.object.size)).toEqual([7]);
});

it("stores an object with an empty content type as binary/octet-stream", async () => {
  const { endpoint, records } = await runProxy();
  const { hostname, port } = new URL(endpoint);
  const socket = connect(Number(port), hostname);
  socket.write(
    `PUT /${BUCKET}/a.jpg HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: \r\nContent-Length: 1\r\nConnection: close\r\n\r\nx`,
  );
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
  const read = await fetch(`${endpoint}/${BUCKET}/a.jpg`);
  expect(read.headers.get("content-type")).toBe("binary/octet-stream");
  expect(records).toHaveLength(1);
});

it("completes an upload in parts whose ETags have the quotes of programs in Go", async () => {
  const { endpoint, s3 } = await runProxy();
  const at = { Bucket: BUCKET, Key: "parts" };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at));
  const part = new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: "part" });
  const { ETag = "" } = await s3.send(part);
  const quoted = ETag.replaceAll('"', "&#34;");
  const { status } = await fetch(`${endpoint}/${BUCKET}/parts?uploadId=${UploadId}`, {
    method: "POST",
    body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${quoted}</ETag></Part></CompleteMultipartUpload>`,
  });
  expect(status).toBe(200);
});

it("stores an upload in parts of any content type, completed with a form's", async () => {
  const { endpoint, records, s3 } = await runProxy();
  const at = { Bucket: BUCKET, Key: "parts" };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...at, ContentType: "jpg" }));
  const { ETag } = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: "part" }));
  const { status } = await fetch(`${endpoint}/${BUCKET}/parts?uploadId=${UploadId}`, {
    method: "POST",
    body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${ETag}</ETag></Part></CompleteMultipartUpload>`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect(status).toBe(200);
  expect((await s3.send(new HeadObjectCommand(at))).ContentType).toBe("jpg");
  expect(records).toHaveLength(1);
  await expect(
    s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: {} })),
  ).rejects.toMatchObject({ name: "NoSuchUpload" });
});
