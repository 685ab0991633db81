import { createHmac } from "node:crypto";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, it } from "vitest";
import { checkPresigned } from "../../src/s3-proxy/presigned.ts";
import { BUCKET, keyOf, runProxy } from "./running-proxy.ts";

const EXAMPLE = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

/** Checks a URL of AWS's documents, at a time. */
function check(url: string, now: string, credentials = EXAMPLE) {
  const { host, hostname, pathname, search, searchParams: query } = new URL(url);
  const [bucket = ""] = hostname.split(".");
  const request = { method: "GET", url: pathname + search, headers: { host } };
  return checkPresigned({
    request,
    target: { bucket, isHostStyle: true, query },
    now: Date.parse(now),
    credentials,
  });
}

const VERSION_4 =
  "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
const VERSION_2 =
  "https://johnsmith.s3.amazonaws.com/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620";

describe("the presigned URLs of AWS's documents", () => {
  it.each([
    ["version 4", VERSION_4, "2013-05-24T23:59:59Z", undefined],
    ["version 4, expired", VERSION_4, "2013-05-25T00:00:01Z", "Request has expired"],
    ["version 4, signed in the future", VERSION_4, "2013-05-23T23:44:00Z", "Request is not valid yet"],
    ["version 2", VERSION_2, "2007-03-29T03:40:19Z", undefined],
    ["version 2, expired", VERSION_2, "2007-03-29T03:40:21Z", "Request has expired"],
  ])("pass or fail by their time: %s", async (_name, url, now, message) => {
    expect((await check(url, now))?.message).toBe(message);
  });

  it.each([
    ["another key", VERSION_4.replace("test.txt", "text.txt")],
    ["a longer life", VERSION_4.replace("Expires=86400", "Expires=86401")],
    ["one more parameter", `${VERSION_4}&response-content-type=text%2Fhtml`],
    ["another key, version 2", VERSION_2.replace("puppy", "kitten")],
    ["one more subresource, version 2", `${VERSION_2}&acl`],
  ])("fail with SignatureDoesNotMatch for %s", async (_change, url) => {
    const now = url.startsWith("https://ex") ? "2013-05-24T00:00:00Z" : "2007-03-29T03:00:00Z";
    expect(await check(url, now)).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
  });

  it.each([VERSION_4, VERSION_2])("fail with InvalidAccessKeyId for another access key: %s", async (url) => {
    const other = { accessKeyId: "test", secretAccessKey: "test" };
    expect(await check(url, "2007-03-29T03:00:00Z", other)).toMatchObject({ code: "InvalidAccessKeyId" });
  });

  it.each([
    ["no date", VERSION_4.replace("X-Amz-Date", "Date")],
    ["no signed headers", VERSION_4.replace("X-Amz-SignedHeaders=host", "")],
    ["a life of more than a week", VERSION_4.replace("86400", "604801")],
    ["a life of no time", VERSION_4.replace("86400", "0")],
    ["another algorithm", VERSION_4.replace("AWS4-HMAC-SHA256", "MD5")],
    ["a credential of another day", VERSION_4.replace("20130524%2F", "20130523%2F")],
  ])("fail with AuthorizationQueryParametersError for %s", async (_fault, url) => {
    expect(await check(url, "2013-05-24T00:00:00Z")).toMatchObject({
      status: 400,
      code: "AuthorizationQueryParametersError",
    });
  });
});

const LOCAL = { accessKeyId: "test", secretAccessKey: "test" };

async function presign(
  endpoint: string,
  { method = "PUT", key = "a b(1)'é.jpg", headers = {}, date = new Date() } = {},
): Promise<string> {
  const { host, hostname, port } = new URL(endpoint);
  const path = `/${BUCKET}/${encodeURIComponent(key).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}`;
  const signer = new SignatureV4({
    credentials: LOCAL,
    region: "eu-west-1",
    service: "s3",
    sha256: Sha256,
    uriEscapePath: false,
  });
  const { query = {} } = await signer.presign(
    new HttpRequest({
      method,
      hostname,
      port: Number(port),
      path,
      headers: { host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD", ...headers },
    }),
    { signingDate: date, expiresIn: 60, unhoistableHeaders: new Set(Object.keys(headers)) },
  );
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return `${endpoint}${path}?${search.join("&")}`;
}

describe("the proxy, given a presigned URL", () => {
  it("stores and announces an upload", async () => {
    const { endpoint, records } = await runProxy();
    const headers = { "content-type": "image/jpeg", "x-amz-meta-author": "me" };
    const url = await presign(endpoint, { headers });
    const { status } = await fetch(url, { method: "PUT", body: "x", headers });
    expect([status, records.map(keyOf)]).toEqual([200, ["a b(1)'é.jpg"]]);
  });

  it("accepts a URL whose path is less encoded than in its signature", async () => {
    const { endpoint } = await runProxy();
    const url = (await presign(endpoint)).replace("%281%29%27", "(1)'");
    expect((await fetch(url, { method: "PUT", body: "x" })).status).toBe(200);
  });

  it.each([
    ["expired", { date: new Date("2020-01-01") }, (url: string) => url, "AccessDenied"],
    ["for another key", {}, (url: string) => url.replace("a%20b", "c"), "SignatureDoesNotMatch"],
    ["for another method", { method: "GET" }, (url: string) => url, "SignatureDoesNotMatch"],
    [
      "with another value of a signed header",
      { headers: { "x-amz-meta-author": "me" } },
      (url: string) => url,
      "SignatureDoesNotMatch",
    ],
    [
      "by an unknown access key",
      {},
      (url: string) => url.replace("Credential=test", "Credential=AKIA"),
      "InvalidAccessKeyId",
    ],
  ])("refuses an upload by one that is %s, and stores nothing", async (_fault, options, change, code) => {
    const { endpoint, records } = await runProxy();
    const url = change(await presign(endpoint, options));
    const response = await fetch(url, { method: "PUT", body: "x" });
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
    const listing = await fetch(`${endpoint}/${BUCKET}`);
    expect([await listing.text(), records]).toEqual([expect.not.stringContaining("<Key>"), []]);
  });
});

describe("the proxy, given a form with a policy", () => {
  const POLICY = {
    expiration: "2099-01-01T00:00:00Z",
    conditions: [
      { bucket: BUCKET },
      ["starts-with", "$key", "in/"],
      ["starts-with", "$x-amz-credential", ""],
      ["starts-with", "$X-Amz-Date", ""],
      ["content-length-range", 1, 10],
    ],
  };

  /** The fields that sign a policy. */
  function sign(encoded: string, { secret, id, version }: { secret: string; id: string; version: number }) {
    if (version === 2) {
      const signature = createHmac("sha1", secret).update(encoded).digest("base64");
      return { AWSAccessKeyId: id, policy: encoded, signature };
    }
    const hmac = (by: string | Buffer, text: string) => createHmac("sha256", by).update(text).digest();
    const key = ["20260102", "us-east-1", "s3", "aws4_request"].reduce<string | Buffer>(
      hmac,
      `AWS4${secret}`,
    );
    return {
      "X-Amz-Credential": `${id}/20260102/us-east-1/s3/aws4_request`,
      "X-Amz-Date": "20260102T030405Z",
      policy: encoded,
      "X-Amz-Signature": hmac(key, encoded).toString("hex"),
    };
  }

  /** Posts a form. @returns the status, the error's code and the number of events */
  async function post({
    policy = POLICY,
    key = "in/a.jpg",
    file = "pixels",
    secret = "test",
    id = "test",
    version = 4,
    more = {},
  } = {}) {
    const { endpoint, records } = await runProxy();
    const encoded = Buffer.from(JSON.stringify(policy)).toString("base64");
    const form = new FormData();
    form.set("key", key);
    for (const [name, value] of Object.entries({ ...sign(encoded, { secret, id, version }), ...more }))
      form.set(name, String(value));
    form.set("file", new File([file], "a.jpg"));
    const response = await fetch(`${endpoint}/${BUCKET}`, { method: "POST", body: form });
    return [response.status, /<Code>(.*)<\/Code>/.exec(await response.text())?.[1], records.length];
  }

  it("stores an upload that meets the policy", async () => {
    expect(await post()).toEqual([204, undefined, 1]);
  });

  it("checks a signature of version 2", async () => {
    expect(await post({ version: 2 })).toEqual([204, undefined, 1]);
    expect(await post({ version: 2, secret: "other" })).toEqual([403, "SignatureDoesNotMatch", 0]);
    expect(await post({ version: 2, id: "AKIA" })).toEqual([403, "InvalidAccessKeyId", 0]);
  });

  it.each([
    ["another secret", { secret: "other" }, [403, "SignatureDoesNotMatch", 0]],
    ["another access key", { id: "AKIA" }, [403, "InvalidAccessKeyId", 0]],
    [
      "an expired policy",
      { policy: { ...POLICY, expiration: "2020-01-01T00:00:00Z" } },
      [403, "AccessDenied", 0],
    ],
    ["another key", { key: "out/a.jpg" }, [403, "AccessDenied", 0]],
    ["too large a file", { file: "x".repeat(11) }, [400, "EntityTooLarge", 0]],
    ["an empty file", { file: "" }, [400, "EntityTooSmall", 0]],
    ["a field that the policy does not name", { more: { "x-amz-meta-a": "1" } }, [403, "AccessDenied", 0]],
    [
      "a condition that is not known",
      { policy: { ...POLICY, conditions: [["matches", "$key", ".*"]] } },
      [400, "InvalidPolicyDocument", 0],
    ],
  ])("refuses %s", async (_fault, options, answer) => {
    expect(await post(options)).toEqual(answer);
  });
});
