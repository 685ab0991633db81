import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { BUCKET, runProxy } from "./running-proxy.ts";

const at = { Bucket: BUCKET, Key: "a" };
const put = (s3: S3Client, Body: string, conditions: object = {}) =>
  s3.send(new PutObjectCommand({ ...at, Body, ...conditions }));
const read = async (s3: S3Client) => (await s3.send(new GetObjectCommand(at))).Body?.transformToString();
const refused = (status: number, name: string) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) });

describe("a conditional write through the S3 proxy", () => {
  it("creates an object only if it does not exist", async () => {
    const { s3 } = await runProxy();
    await put(s3, "first", { IfNoneMatch: "*" });
    await expect(put(s3, "second", { IfNoneMatch: "*" })).rejects.toEqual(refused(412, "PreconditionFailed"));
    expect(await read(s3)).toBe("first");
  });

  it("replaces an object only while its eTag matches", async () => {
    const { s3 } = await runProxy();
    const { ETag } = await put(s3, "first");
    await put(s3, "second", { IfMatch: ETag });
    await expect(put(s3, "third", { IfMatch: ETag })).rejects.toEqual(refused(412, "PreconditionFailed"));
    expect(await read(s3)).toBe("second");
  });

  it("fails with 404 if there is no object to match", async () => {
    const { s3 } = await runProxy();
    await expect(put(s3, "x", { IfMatch: '"abc"' })).rejects.toEqual(refused(404, "NoSuchKey"));
  });

  it("fails with NotImplemented for If-None-Match with an eTag, as in S3", async () => {
    const { s3 } = await runProxy();
    await expect(put(s3, "x", { IfNoneMatch: '"abc"' })).rejects.toEqual(refused(501, "NotImplemented"));
  });

  it("succeeds for exactly one of sixteen concurrent writers", async () => {
    const { s3 } = await runProxy();
    const tries = Array.from({ length: 16 }, (_, index) => put(s3, `writer ${index}`, { IfNoneMatch: "*" }));
    const results = await Promise.allSettled(tries);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("deletes an object only if its eTag matches", async () => {
    const { s3 } = await runProxy();
    const { ETag } = await put(s3, "first");
    await put(s3, "second");
    await expect(s3.send(new DeleteObjectCommand({ ...at, IfMatch: ETag }))).rejects.toEqual(
      refused(412, "PreconditionFailed"),
    );
    await expect(s3.send(new DeleteObjectCommand({ ...at, Key: "b", IfMatch: ETag }))).rejects.toEqual(
      refused(404, "NoSuchKey"),
    );
    expect(await read(s3)).toBe("second");
  });

  it("completes a multipart upload only if the object does not exist", async () => {
    const { s3 } = await runProxy();
    await put(s3, "first");
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at));
    const { ETag } = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: "part" }));
    const complete = new CompleteMultipartUploadCommand({
      ...at,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      IfNoneMatch: "*",
    });
    await expect(s3.send(complete)).rejects.toEqual(refused(412, "PreconditionFailed"));
    expect(await read(s3)).toBe("first");
  });

  it("copies only if the target does not exist", async () => {
    const { s3 } = await runProxy();
    await put(s3, "first");
    const copy = new CopyObjectCommand({
      Bucket: BUCKET,
      Key: "a",
      CopySource: `${BUCKET}/a`,
      IfNoneMatch: "*",
    });
    await expect(s3.send(copy)).rejects.toEqual(refused(412, "PreconditionFailed"));
  });

  it("sends no event when it fails", async () => {
    const { s3, records } = await runProxy();
    await put(s3, "first");
    await expect(put(s3, "second", { IfNoneMatch: "*" })).rejects.toThrow();
    expect(records).toHaveLength(1);
  });
});
