import { generateKeyPairSync } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { S3Client } from "@aws-sdk/client-s3";
import { PROCESSED, processed, rejected, tombstone, UPLOADS, upload } from "@image-pipeline/testing";
import { type PipelineBuckets, pipelineBuckets } from "@image-pipeline/testing/fauxqs";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Manifest } from "../src/index.ts";
import { waitForImage } from "../src/server/wait-for-image.ts";
import { imagePipeline, signCookies, signUrl, UploadRefused, verifyWebhook } from "../src/server.ts";

const s3 = new S3Client({
  region: "eu-west-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
const PLACE = { uploadBucket: UPLOADS, processedBucket: PROCESSED, s3 };
const pipeline = imagePipeline({ ...PLACE, prefix: "photos/", maxBytes: 20 * 1024 * 1024 });

/** Returns a document as it is read from S3. */
const stored = (document: unknown): Manifest => JSON.parse(JSON.stringify(document));

describe("createUpload", () => {
  it("signs one key, one type, the bound on bytes and five minutes", async () => {
    const { method, key, fields } = await pipeline.createUpload({
      contentType: "image/jpeg",
      name: "A b.JPG",
    });
    const policy = JSON.parse(Buffer.from(fields.Policy ?? "", "base64").toString());
    expect([method, fields["Content-Type"], fields.key]).toEqual(["POST", "image/jpeg", key]);
    expect(key).toMatch(/^photos\/[0-9a-f-]{36}\.jpg$/);
    expect(policy.conditions).toContainEqual(["content-length-range", 1, 20 * 1024 * 1024]);
    expect(policy.conditions).toContainEqual(["eq", "$Content-Type", "image/jpeg"]);
    expect(policy.conditions).toContainEqual({ key });
    const seconds = (Date.parse(policy.expiration) - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(290);
    expect(seconds).toBeLessThanOrEqual(300);
  });

  it("never allows more bytes than the pipeline does", async () => {
    const { fields } = await pipeline.createUpload({ contentType: "image/png", maxBytes: 1e12 });
    const { conditions } = JSON.parse(Buffer.from(fields.Policy ?? "", "base64").toString());
    expect(conditions).toContainEqual(["content-length-range", 1, 20 * 1024 * 1024]);
  });

  it("takes a key of the application", async () => {
    const { key } = await pipeline.createUpload({ contentType: "image/png", key: "photos/user 1/ä.png" });
    expect(key).toBe("photos/user 1/ä.png");
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own placeholder in forms
  it.each(["other/a.jpg", "photos/", "photos/a/", `photos/${"a".repeat(1020)}`, "photos/${filename}"])(
    "refuses the key %j",
    async (key) => {
      await expect(pipeline.createUpload({ contentType: "image/png", key })).rejects.toThrow(UploadRefused);
    },
  );
});

describe("signRequest", () => {
  it("answers Uppy's PUT of a new file with a form and the key that was chosen", async () => {
    const signed = await pipeline.signRequest({ method: "PUT", key: "1-cat.png", contentType: "image/png" });
    expect(signed.fields?.key).toBe(signed.key);
    expect(signed.key).toMatch(/^photos\/[0-9a-f-]{36}\.png$/);
  });

  it("begins a multipart upload under a key that it chose", async () => {
    const signed = await pipeline.signRequest({ method: "POST", key: "cat.png" });
    expect(signed.key).toMatch(/^photos\/[0-9a-f-]{36}\.png$/);
    expect(new URL(signed.url).searchParams.has("uploads")).toBe(true);
  });

  it("signs a part without a checksum, which would be the one of no bytes", async () => {
    const part = { method: "PUT", key: "photos/a.png", uploadId: "u", partNumber: 2 };
    const { searchParams } = new URL((await pipeline.signRequest(part)).url);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      uploadId: "u",
      partNumber: "2",
      "X-Amz-Expires": "300",
    });
    expect([...searchParams.keys()].filter((name) => /checksum/.test(name))).toEqual([]);
  });

  it.each([
    ["a delete of an object", { method: "DELETE", key: "photos/a.png" }],
    ["a read of an object", { method: "GET", key: "photos/a.png" }],
    ["a part outside the prefix", { method: "PUT", key: "other/a.png", uploadId: "u", partNumber: 1 }],
    ["more parts than the bound needs", { method: "PUT", key: "photos/a.png", uploadId: "u", partNumber: 5 }],
    ["another method", { method: "HEAD", key: "photos/a.png", uploadId: "u" }],
  ])("refuses to sign %s", async (_name, request) => {
    await expect(pipeline.signRequest(request)).rejects.toThrow(UploadRefused);
  });
});

describe("manifests", () => {
  let buckets: PipelineBuckets;
  beforeAll(async () => {
    buckets = await pipelineBuckets();
  });
  beforeEach(() => buckets.empty());
  afterAll(() => buckets.stop());
  const of = () => imagePipeline({ ...PLACE, s3: buckets.s3 });

  it("are read by the key of the upload, also a long one with a hashed form", async () => {
    const key = `photos/${"a".repeat(1010)}.jpg`;
    await buckets.putImage(key);
    expect((await of().getManifest(key))?.source.key).toBe(key);
  });

  it("are undefined before there is one", async () => {
    expect(await of().getManifest("photos/none.jpg")).toBeUndefined();
  });

  it("are refused if the object is something else", async () => {
    await buckets.put(PROCESSED, "manifests/a.jpg.json", "{}");
    await expect(of().getManifest("a.jpg")).rejects.toThrow("is not a manifest of version 1");
  });
});

describe("waitForImage", () => {
  /** Answers each read with the next of these; notes the pauses instead of sleeping. */
  function wait(answers: Parameters<typeof processedOrNone>[0][], options = {}) {
    const pauses: number[] = [];
    const read = async () => processedOrNone(answers.length > 1 ? answers.shift() : answers[0]);
    const done = waitForImage(read, options, async (milliseconds) => void pauses.push(milliseconds));
    return { done, pauses };
  }
  const processedOrNone = (eTag: string | undefined) =>
    eTag === undefined ? undefined : stored(processed({ ...upload().data, sequencer: "1", eTag }));

  it("ends with the first manifest, after pauses that grow", async () => {
    const { done, pauses } = wait([...Array(20).fill(undefined), "e1"]);
    expect((await done).status).toBe("processed");
    expect(pauses).toHaveLength(20);
    expect(pauses[0]).toBeLessThanOrEqual(250);
    expect(Math.min(...pauses.slice(10))).toBeGreaterThan(2000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(3750);
  });

  it("waits for the upload with this ETag, as S3 writes it", async () => {
    const { done, pauses } = wait(["e1", "e1", "e2"], { eTag: '"e2"' });
    expect((await done).source).toMatchObject({ eTag: "e2" });
    expect(pauses).toHaveLength(2);
  });

  it("ends with a rejection", async () => {
    const manifest = stored(rejected(upload()));
    expect(await waitForImage(async () => manifest)).toBe(manifest);
  });

  it("ends with a deletion during the wait, but not with one from before the upload", async () => {
    const read = (updatedAt: string) => async () =>
      stored({ ...tombstone(processed(upload()).source), updatedAt });
    const options = { eTag: "e1", timeout: 20 };
    expect((await waitForImage(read(new Date(Date.now() + 1000).toISOString()), options)).status).toBe(
      "deleted",
    );
    await expect(waitForImage(read("2020-01-01T00:00:00.000Z"), options)).rejects.toThrow("timeout");
  });

  it("ends after the timeout with a TimeoutError", async () => {
    const waiting = waitForImage(async () => undefined, { timeout: 20 });
    await expect(waiting).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("ends with the reason of the signal, also during a read", async () => {
    const controller = new AbortController();
    const read = (signal: AbortSignal) => sleep(3_600_000, undefined, { signal });
    const waiting = waitForImage(read, { signal: controller.signal, timeout: 3_600_000 });
    controller.abort(new Error("the client has gone"));
    await expect(waiting).rejects.toThrow("the client has gone");
  });

  it("fails at once if the manifest cannot be read", async () => {
    const read = () => Promise.reject(new Error("AccessDenied"));
    await expect(waitForImage(read)).rejects.toThrow("AccessDenied");
  });
});

describe("verifyWebhook", () => {
  const OLD = `whsec_${Buffer.from("an old secret of 24 bytes").toString("base64")}`;
  const NEW = `whsec_${Buffer.from("a new secret of 24 bytes!").toString("base64")}`;
  const body = JSON.stringify({ type: "image.processed", id: "1", data: {} });
  const headersOf = (secret: string, text = body, date = new Date()) => ({
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(date.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign("msg_1", date, text),
  });

  it("returns the event of a signed request, with headers of either kind", () => {
    const headers = headersOf(NEW);
    expect(verifyWebhook({ body, headers, secret: NEW }).type).toBe("image.processed");
    expect(verifyWebhook({ body: Buffer.from(body), headers: new Headers(headers), secret: NEW }).id).toBe(
      "1",
    );
  });

  it("takes either secret while they are rotated", () => {
    for (const secret of [OLD, NEW])
      expect(verifyWebhook({ body, headers: headersOf(secret), secret: [OLD, NEW] }).id).toBe("1");
  });

  it.each([
    ["another body", { body: body.replace("1", "2"), headers: headersOf(NEW), secret: NEW }],
    ["another secret", { body, headers: headersOf(OLD), secret: NEW }],
    [
      "an old timestamp",
      { body, headers: headersOf(NEW, body, new Date(Date.now() - 600_000)), secret: NEW },
    ],
    ["no signature", { body, headers: {}, secret: NEW }],
    ["no secret", { body, headers: headersOf(NEW), secret: [] }],
    ["a body that is no event", { body: "{}", headers: headersOf(NEW, "{}"), secret: NEW }],
  ])("refuses %s", (_name, request) => {
    expect(() => verifyWebhook(request)).toThrow();
  });
});

describe("signatures of CloudFront", () => {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const KEY = { keyPairId: "K1", privateKey };
  const toPolicy = (text = "") =>
    JSON.parse(
      Buffer.from(
        text.replace(/[-_~]/g, (sign) => ({ "-": "+", _: "=", "~": "/" })[sign] ?? ""),
        "base64",
      ).toString(),
    );

  it("sign one address for an hour", () => {
    const { searchParams } = new URL(
      signUrl({ ...KEY, url: "https://images.example.com/renditions/a.avif" }),
    );
    expect(Number(searchParams.get("Expires"))).toBeCloseTo(Date.now() / 1000 + 3600, -1);
    expect([searchParams.get("Key-Pair-Id"), searchParams.has("Signature")]).toEqual(["K1", true]);
  });

  it("name the option when the private key is not one, such as one whose line breaks are lost", () => {
    const lost = privateKey.replaceAll("\n", "\\n");
    for (const key of [lost, ""])
      expect(() => signUrl({ url: "https://a.example/b", keyPairId: "K1", privateKey: key })).toThrow(
        "privateKey must be the PEM text of a private key, with its line breaks",
      );
  });

  it("sign cookies for all paths that match", () => {
    const cookies = signCookies({
      ...KEY,
      baseUrl: "https://images.example.com",
      path: "/i/*",
      expiresInSeconds: 60,
    });
    expect(Object.keys(cookies).sort()).toEqual([
      "CloudFront-Key-Pair-Id",
      "CloudFront-Policy",
      "CloudFront-Signature",
    ]);
    const [statement] = toPolicy(cookies["CloudFront-Policy"]).Statement;
    expect(statement.Resource).toBe("https://images.example.com/i/*");
    expect(statement.Condition.DateLessThan["AWS:EpochTime"]).toBeCloseTo(Date.now() / 1000 + 60, -1);
  });
});
