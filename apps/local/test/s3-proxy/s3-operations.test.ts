import * as sdk from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { handlingOf } from "../../src/s3-proxy/s3-operations.ts";
import { toS3Request } from "../../src/s3-proxy/s3-request.ts";
import { BUCKET, runProxy } from "./running-proxy.ts";

/** Every operation of S3's API, as the SDK knows it. */
const OPERATIONS = Object.keys(sdk)
  .filter((name) => name.endsWith("Command") && name !== "$Command")
  .map((name) => name.replace(/Command$/, ""));

const SERVED = [
  "AbortMultipartUpload",
  "CompleteMultipartUpload",
  "CopyObject",
  "CreateBucket",
  "CreateMultipartUpload",
  "DeleteBucket",
  "DeleteBucketLifecycle",
  "DeleteObject",
  "DeleteObjectTagging",
  "DeleteObjects",
  "GetBucketLifecycleConfiguration",
  "GetObject",
  "GetObjectAttributes",
  "GetObjectTagging",
  "HeadBucket",
  "HeadObject",
  "ListBuckets",
  "ListObjects",
  "ListObjectsV2",
  "ListParts",
  "PutBucketLifecycleConfiguration",
  "PutObject",
  "PutObjectTagging",
  "UploadPart",
  "UploadPartCopy",
];
/** Operations with a fixed answer: S3's for a bucket or an object without any configuration. */
const ANSWERED: Readonly<Record<string, string>> = {
  GetBucketAccelerateConfiguration: "answered",
  GetBucketAcl: "answered",
  GetBucketCors: "NoSuchCORSConfiguration",
  GetBucketEncryption: "ServerSideEncryptionConfigurationNotFoundError",
  GetBucketLocation: "answered",
  GetBucketLogging: "answered",
  GetBucketOwnershipControls: "OwnershipControlsNotFoundError",
  GetBucketPolicy: "NoSuchBucketPolicy",
  GetBucketPolicyStatus: "NoSuchBucketPolicy",
  GetBucketReplication: "ReplicationConfigurationNotFoundError",
  GetBucketRequestPayment: "answered",
  GetBucketTagging: "NoSuchTagSet",
  GetBucketVersioning: "answered",
  GetBucketWebsite: "NoSuchWebsiteConfiguration",
  GetObjectAcl: "answered",
  GetObjectLockConfiguration: "ObjectLockConfigurationNotFoundError",
  GetPublicAccessBlock: "NoSuchPublicAccessBlockConfiguration",
};
/** Operations of other services' endpoints: S3 Object Lambda's, and directory buckets'. */
const ELSEWHERE = ["WriteGetObjectResponse", "ListDirectoryBuckets"];

const INPUT = {
  Bucket: BUCKET,
  Key: "a.jpg",
  UploadId: "u",
  PartNumber: 1,
  Id: "1",
  CopySource: `${BUCKET}/a.jpg`,
  RenameSource: "b.jpg",
  ObjectAttributes: ["ETag"],
  Tagging: { TagSet: [] },
  Delete: { Objects: [{ Key: "a.jpg" }] },
  AnnotationName: "n",
};

/** Sends an operation by the SDK. @returns the name of its error, or "answered" */
async function answerTo(operation: string, s3: sdk.S3Client): Promise<string> {
  const Command: unknown = Reflect.get(sdk, `${operation}Command`);
  if (typeof Command !== "function") throw new Error(`the SDK has no ${operation}`);
  try {
    await s3.send(Reflect.construct(Command, [INPUT]));
    return "answered";
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

describe("every operation of S3's API", () => {
  const others = OPERATIONS.filter((name) => ![...SERVED, ...ELSEWHERE].includes(name));

  it("is served, has a fixed answer, or fails with NotImplemented; the latter two store and announce nothing", async () => {
    const { s3, records } = await runProxy();
    const { ETag } = await s3.send(new sdk.PutObjectCommand({ Bucket: BUCKET, Key: "a.jpg", Body: "x" }));
    const answers: Record<string, string> = {};
    for (const operation of others) answers[operation] = await answerTo(operation, s3);
    expect(answers).toEqual({
      ...Object.fromEntries(others.map((operation) => [operation, "NotImplemented"])),
      ...ANSWERED,
    });
    expect(records).toHaveLength(1);
    const { Contents } = await s3.send(new sdk.ListObjectsV2Command({ Bucket: BUCKET }));
    expect(Contents).toMatchObject([{ Key: "a.jpg", ETag }]);
  });

  it("fails with NoSuchBucket or NoSuchKey if the bucket or the object does not exist", async () => {
    const { s3 } = await runProxy();
    const missing = { Bucket: "missing", Key: "a.jpg" };
    const names = await Promise.all(
      [
        s3.send(new sdk.GetBucketVersioningCommand(missing)),
        s3.send(new sdk.GetBucketPolicyCommand(missing)),
        s3.send(new sdk.GetObjectAclCommand({ Bucket: BUCKET, Key: "a.jpg" })),
      ].map((sent) => sent.then(String, (error: Error) => error.name)),
    );
    expect(names).toEqual(["NoSuchBucket", "NoSuchBucket", "NoSuchKey"]);
  });
});

describe("the fixed answers", () => {
  it("are parsed by the SDK", async () => {
    const { s3 } = await runProxy();
    const at = { Bucket: BUCKET, Key: "a.jpg" };
    await s3.send(new sdk.PutObjectCommand({ ...at, Body: "x" }));
    expect(await s3.send(new sdk.GetObjectAclCommand(at))).toMatchObject({
      Owner: { ID: "LOCAL" },
      Grants: [{ Grantee: { ID: "LOCAL", Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }],
    });
    expect((await s3.send(new sdk.GetBucketVersioningCommand(at))).Status).toBeUndefined();
    expect((await s3.send(new sdk.GetBucketRequestPaymentCommand(at))).Payer).toBe("BucketOwner");
  });
});

describe("a request that the local services would mistake for another one", () => {
  it.each([
    ["PUT", "/b/k?uploadId=&partNumber=1", "NotImplemented"],
    ["PUT", "/b/k?uploadId=u", "NotImplemented"],
    ["PUT", "/b/k?uploads", "NotImplemented"],
    ["GET", "/b/k?uploadId=", "NotImplemented"],
    ["GET", "/b/k?partNumber=2", "NotImplemented"],
    ["GET", "/b/k?acl&tagging", "NotImplemented"],
    ["DELETE", "/b/k?uploadId=", "NotImplemented"],
    ["GET", "/b/k?versionId=v1", "NoSuchVersion"],
    ["DELETE", "/b/k?versionId=v1", "NoSuchVersion"],
    ["POST", "/b/k", "MethodNotAllowed"],
    ["POST", "/b", "MethodNotAllowed"],
    ["PATCH", "/b/k", "MethodNotAllowed"],
  ])("is refused: %s %s", (method, url, code) => {
    const target = toS3Request({ method, url, headers: { host: "localhost" } });
    expect(target && handlingOf(target)).toMatchObject({ by: "fault", fault: { code } });
  });

  it.each([
    ["GET", "/b/k?versionId=null", "services"],
    ["GET", "/b/k?partNumber=1", "services"],
    ["GET", "/b?prefix=acl&foo=1", "services"],
    ["PUT", "/b/k?x-id=PutObject", "write"],
  ])("is not mistaken for one that is refused: %s %s", (method, url, by) => {
    const target = toS3Request({ method, url, headers: { host: "localhost" } });
    expect(target && handlingOf(target)).toMatchObject({ by });
  });
});
