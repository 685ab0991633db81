import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { BUCKET, EVERYTHING, keyOf, runProxy } from "./running-proxy.ts";

const HARD_KEYS = [
  "photos/a b.jpg",
  "a+b.jpg",
  "100%.jpg",
  "%20.jpg",
  "ä é 😀.jpg",
  "../../up.jpg",
  "q'uo\"te&<x>.jpg",
  "line\nbreak.jpg",
  "(1)!*~.jpg",
  "a//b/",
];

describe("the S3 proxy's events", () => {
  it("contain eTag and size of an upload, in S3's form", async () => {
    const { s3, records } = await runProxy();
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "a b.jpg", Body: "12345" }));
    expect(records).toEqual([
      expect.objectContaining({
        eventVersion: expect.stringMatching(/^2\.\d+$/),
        eventSource: "aws:s3",
        awsRegion: "us-east-1",
        eventName: "ObjectCreated:Put",
        responseElements: expect.objectContaining({ "x-amz-request-id": expect.stringMatching(/./) }),
        s3: expect.objectContaining({
          configurationId: "all",
          bucket: expect.objectContaining({ name: BUCKET, arn: "arn:aws:s3:::uploads" }),
          object: {
            key: "a+b.jpg",
            size: 5,
            eTag: ETag?.replaceAll('"', ""),
            sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
          },
        }),
      }),
    ]);
  });

  it("have their own names for copies and for uploads in parts", async () => {
    const { s3, records } = await runProxy();
    const at = { Bucket: BUCKET, Key: "parts" };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at));
    const { ETag } = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: "part" }));
    await s3.send(
      new CompleteMultipartUploadCommand({
        ...at,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
    await s3.send(new CopyObjectCommand({ Bucket: BUCKET, Key: "copy", CopySource: `${BUCKET}/parts` }));
    expect(records.map(({ eventName, s3: { object } }) => [eventName, object.key, object.size])).toEqual([
      ["ObjectCreated:CompleteMultipartUpload", "parts", 4],
      ["ObjectCreated:Copy", "copy", 4],
    ]);
  });

  it("contain the key from a browser's form", async () => {
    const { endpoint, records } = await runProxy();
    const form = new FormData();
    form.set("key", `incoming/\${filename}`);
    form.set("file", new File(["pixels"], "a b.jpg", { type: "image/jpeg" }));
    const response = await fetch(`${endpoint}/${BUCKET}`, { method: "POST", body: form });
    expect(response.status).toBe(204);
    expect(records.map(({ eventName, s3: { object } }) => [eventName, object.key, object.size])).toEqual([
      ["ObjectCreated:Post", "incoming/a+b.jpg", 6],
    ]);
  });

  it("are sent for single deletes and for deletes of many", async () => {
    const { s3, records } = await runProxy([{ ...EVERYTHING, events: ["s3:ObjectRemoved:Delete"] }]);
    for (const Key of ["a", "b&c", "d"])
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: "x" }));
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "a" }));
    await s3.send(
      new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: [{ Key: "b&c" }, { Key: "d" }] } }),
    );
    expect(records.map((record) => [record.eventName, keyOf(record)])).toEqual([
      ["ObjectRemoved:Delete", "a"],
      ["ObjectRemoved:Delete", "b&c"],
      ["ObjectRemoved:Delete", "d"],
    ]);
    expect(records[0]?.s3.object).not.toHaveProperty("eTag");
  });

  it.each(HARD_KEYS)("contain the key %j encoded, and the object has that key", async (Key) => {
    const { s3, records } = await runProxy();
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: "x" }));
    expect(records.map(keyOf)).toEqual([Key]);
    await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
    await s3.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: [{ Key }] } }));
    expect(records.map(keyOf)).toEqual([Key, Key]);
    await expect(s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key }))).rejects.toThrow();
  });

  it("are sent only for keys with the prefix and suffix of the notification, in the same case", async () => {
    const { s3, records } = await runProxy([{ ...EVERYTHING, prefix: "in/", suffix: ".jpg" }]);
    for (const Key of ["in/a.jpg", "in/b.JPG", "out/c.jpg", "in/d.png"])
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: "x" }));
    expect(records.map(keyOf)).toEqual(["in/a.jpg"]);
  });

  it("have increasing sequencers for the same key", async () => {
    const { s3, records } = await runProxy();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "same", Body: `version ${index}` })),
      ),
    );
    const sequencers = records.map(({ s3: { object } }) => object.sequencer);
    expect(sequencers).toEqual([...new Set(sequencers)].sort());
    const { ETag } = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: "same" }));
    expect(records.at(-1)?.s3.object.eTag).toBe(ETag?.replaceAll('"', ""));
  });

  it("are delivered before the upload is acknowledged", async () => {
    const { s3, deliverBy } = await runProxy();
    const kept = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    deliverBy(() => {
      asked.resolve();
      return kept.promise;
    });
    let isAcknowledged = false;
    const upload = s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body: "x" })).then(() => {
      isAcknowledged = true;
    });
    await asked.promise;
    expect(isAcknowledged).toBe(false);
    kept.resolve();
    await upload;
  });

  it("make the upload fail if they cannot be delivered, so that the client retries", async () => {
    const { s3, records, deliverBy } = await runProxy();
    let attempts = 0;
    deliverBy(async (record) => {
      attempts += 1;
      if (attempts === 1) throw new Error("no room");
      records.push(record);
    });
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body: "x" }));
    expect([attempts, records.length]).toEqual([2, 1]);
  });
});
