import { request } from "node:http";
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { BUCKET, runProxy } from "./running-proxy.ts";

const MEBIBYTE = 1024 * 1024;

describe("the S3 proxy", () => {
  it("passes SNS and SQS through", async () => {
    const { sns, sqs } = await runProxy();
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "inbox" }));
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "news" }));
    const Attributes = { RawMessageDelivery: "true" };
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: "sqs",
        Endpoint: "arn:aws:sqs:us-east-1:000000000000:inbox",
        Attributes,
      }),
    );
    await sns.send(new PublishCommand({ TopicArn, Message: "hello" }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(["hello"]);
  });

  it("ends a wait for messages when its client disconnects, so that it can be closed", async () => {
    const { sqs, close } = await runProxy();
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "inbox" }));
    const leaving = new AbortController();
    const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const waiting = sqs.send(receive, { abortSignal: leaving.signal });
    await sqs.send(new ListQueuesCommand());
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    await close();
  });

  it("returns queue URLs with its own address", async () => {
    const { sqs, endpoint } = await runProxy();
    const created = await sqs.send(new CreateQueueCommand({ QueueName: "inbox" }));
    const found = await sqs.send(new GetQueueUrlCommand({ QueueName: "inbox" }));
    const listed = await sqs.send(new ListQueuesCommand());
    const url = `${endpoint}/000000000000/inbox`;
    expect([created.QueueUrl, found.QueueUrl, listed.QueueUrls]).toEqual([url, url, [url]]);
  });

  it("stores an upload of 30 MiB from a stream", async () => {
    const { s3, records } = await runProxy();
    const chunk = Buffer.alloc(MEBIBYTE, 7);
    const Body = Readable.from(Array.from({ length: 30 }, () => chunk));
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "large", Body, ContentLength: 30 * MEBIBYTE }));
    const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: "large" }));
    expect([ContentLength, records[0]?.s3.object.size]).toEqual([30 * MEBIBYTE, 30 * MEBIBYTE]);
  });

  it("stores an empty object", async () => {
    const { s3, records } = await runProxy();
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "empty", Body: new Uint8Array() }));
    expect(records[0]?.s3.object.size).toBe(0);
  });

  it("stores an empty object that has no content type", async () => {
    const { endpoint, records } = await runProxy();
    const { status } = await fetch(`${endpoint}/${BUCKET}/empty`, { method: "PUT" });
    expect([status, records[0]?.s3.object.size]).toEqual([200, 0]);
  });

  it("answers a client that sends Expect: 100-continue", async () => {
    const { endpoint } = await runProxy();
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const headers = { expect: "100-continue", "content-length": 4 };
    const upload = request(`${endpoint}/${BUCKET}/asked`, { method: "PUT", headers }, (response) =>
      resolve(response.statusCode),
    );
    upload.on("continue", () => upload.end("body")).on("error", reject);
    expect(await promise).toBe(200);
  });

  it("stores nothing of an interrupted upload, and accepts the next one for the same key", async () => {
    const { s3, endpoint, records } = await runProxy();
    const cut = request(`${endpoint}/${BUCKET}/cut`, {
      method: "PUT",
      headers: { "content-length": 100, expect: "100-continue" },
    });
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    cut.on("error", () => {}).on("close", resolve);
    cut.on("continue", () => cut.write("half", () => cut.destroy())).flushHeaders();
    await closed;
    await expect(s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: "cut" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "cut", Body: "whole" }));
    expect(records.map(({ s3: { object } }) => object.size)).toEqual([5]);
  });

  it("finds the bucket in the host name", async () => {
    const { endpoint, records } = await runProxy();
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const headers = { host: `${BUCKET}.localhost:${new URL(endpoint).port}`, "content-type": "image/jpeg" };
    request(`${endpoint}/in/a.jpg`, { method: "PUT", headers }, (response) => resolve(response.statusCode))
      .on("error", reject)
      .end("x");
    expect(await promise).toBe(200);
    expect(records[0]?.s3.object.key).toBe("in/a.jpg");
  });

  it("returns a byte range", async () => {
    const { s3 } = await runProxy();
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body: "0123456789" }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: "a", Range: "bytes=2-4" }));
    expect(await Body?.transformToString()).toBe("234");
  });

  it("keeps an object's tags without changing its content", async () => {
    const { s3 } = await runProxy();
    const at = { Bucket: BUCKET, Key: "a" };
    await s3.send(new PutObjectCommand({ ...at, Body: "content" }));
    await s3.send(
      new PutObjectTaggingCommand({ ...at, Tagging: { TagSet: [{ Key: "superseded", Value: "true" }] } }),
    );
    const { Body } = await s3.send(new GetObjectCommand(at));
    expect(await Body?.transformToString()).toBe("content");
    expect((await s3.send(new GetObjectTaggingCommand(at))).TagSet).toEqual([
      { Key: "superseded", Value: "true" },
    ]);
    await expect(s3.send(new GetObjectTaggingCommand({ ...at, Key: "gone" }))).rejects.toMatchObject({
      name: "NoSuchKey",
    });
  });

  it("sets the tags of an upload, of a copy from its source or its header, and none after a delete", async () => {
    const { s3 } = await runProxy();
    const at = { Bucket: BUCKET, Key: "a & b" };
    const tagsOf = async (Key: string) =>
      (await s3.send(new GetObjectTaggingCommand({ ...at, Key }))).TagSet?.map(({ Value }) => Value);
    await s3.send(new PutObjectCommand({ ...at, Body: "x", Tagging: "team=a%20%26%20b" }));
    const CopySource = encodeURIComponent(`${BUCKET}/a & b`);
    await s3.send(new CopyObjectCommand({ ...at, Key: "copy", CopySource }));
    const own = { TaggingDirective: "REPLACE", Tagging: "team=c" } as const;
    await s3.send(new CopyObjectCommand({ ...at, Key: "own", CopySource, ...own }));
    expect([await tagsOf("a & b"), await tagsOf("copy"), await tagsOf("own")]).toEqual([
      ["a & b"],
      ["a & b"],
      ["c"],
    ]);
    await s3.send(new DeleteObjectCommand(at));
    await s3.send(new PutObjectCommand({ ...at, Body: "x" }));
    expect(await tagsOf("a & b")).toEqual([]);
  });

  it("refuses an ACL, which the services would store as content", async () => {
    const { s3 } = await runProxy();
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body: "content" }));
    const acl = s3.send(new PutObjectAclCommand({ Bucket: BUCKET, Key: "a", ACL: "private" }));
    await expect(acl).rejects.toMatchObject({ name: "NotImplemented" });
  });

  it("lists more keys than one page has in one order", async () => {
    const { s3 } = await runProxy();
    const keys = ["B", "a", "A", "b", "_", "-", "1", "~"];
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: "x" }));
    const found: (string | undefined)[] = [];
    for (let token: string | undefined, first = true; first || token; first = false) {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket: BUCKET, MaxKeys: 3, ContinuationToken: token }),
      );
      found.push(...(page.Contents ?? []).map(({ Key }) => Key));
      token = page.NextContinuationToken;
    }
    expect(found).toEqual(keys.toSorted());
  });
});
