import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { type PageRequest, STRANGE_PAGES, send } from "../net/web-page.ts";
import { ALLOWED_ORIGINS, BUCKET, runProxy } from "./running-proxy.ts";

const [PAGE = ""] = ALLOWED_ORIGINS;
const MINE = { origin: PAGE, "sec-fetch-site": "cross-site" };
const FORM = [
  "--b",
  'Content-Disposition: form-data; name="key"',
  "",
  "a.jpg",
  "--b",
  'Content-Disposition: form-data; name="file"; filename="a.jpg"',
  "",
  "pixels",
  "--b--",
  "",
].join("\r\n");
const FORM_TYPE = { "content-type": "multipart/form-data; boundary=b" };
const MESSAGE = { "content-type": "application/x-www-form-urlencoded" };

const DELETE_LIST = "<Delete><Object><Key>kept.jpg</Key></Object></Delete>";

const ATTACKS: readonly (readonly [name: string, PageRequest])[] = [
  ["an upload", { method: "PUT", path: `/${BUCKET}/a.jpg`, body: "pixels" }],
  ["a form", { method: "POST", path: `/${BUCKET}`, headers: FORM_TYPE, body: FORM }],
  ["a message", { method: "POST", path: "/", headers: MESSAGE, body: "Action=ListTopics" }],
  ["an invocation", { method: "POST", path: "/2015-03-31/functions/ingest/invocations", body: "{}" }],
  ["a delete of many", { method: "POST", path: `/${BUCKET}?delete`, body: DELETE_LIST }],
  ["a delete", { method: "DELETE", path: `/${BUCKET}/kept.jpg` }],
  ["a listing", { path: `/${BUCKET}?list-type=2` }],
];

it.each(ATTACKS)("refuses %s of a strange page before it has any effect", async (_name, attack) => {
  const { s3, endpoint, records } = await runProxy();
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "kept.jpg", Body: "pixels" }));
  for (const [page, headers] of STRANGE_PAGES) {
    const { status } = await send(endpoint, { ...attack, headers: { ...attack.headers, ...headers } });
    expect({ page, status }).toEqual({ page, status: 403 });
  }
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  expect(Contents.map(({ Key }) => Key)).toEqual(["kept.jpg"]);
  expect(records).toHaveLength(1);
});

it("takes uploads of an allowed page, also from a form, but no message, invocation or delete", async () => {
  const { endpoint, records } = await runProxy();
  const statuses = [];
  for (const [name, attack] of ATTACKS) {
    const { status } = await send(endpoint, { ...attack, headers: { ...attack.headers, ...MINE } });
    statuses.push([name, status]);
  }
  expect(statuses).toEqual([
    ["an upload", 200],
    ["a form", 204],
    ["a message", 403],
    ["an invocation", 403],
    ["a delete of many", 403],
    ["a delete", 403],
    ["a listing", 403],
  ]);
  expect(records).toHaveLength(2);
});

it("tells an allowed page before its upload that it may send it, or abort one in parts", async () => {
  const { endpoint } = await runProxy();
  const ask = (method: string, query = "") =>
    send(endpoint, {
      method: "OPTIONS",
      path: `/${BUCKET}/a.jpg${query}`,
      headers: { ...MINE, "access-control-request-method": method },
    });
  expect((await ask("PUT")).status).toBe(204);
  expect((await ask("DELETE")).status).toBe(403);
  const { status, headers } = await ask("DELETE", "?uploadId=u");
  expect([status, headers["access-control-allow-methods"]]).toEqual([204, expect.stringContaining("DELETE")]);
});

it.each([
  ["text/html", "attachment"],
  ["image/svg+xml; charset=utf-8", "attachment"],
  ["image/svg", "attachment"],
  ["application/xml", "attachment"],
  ["text/javascript", "attachment"],
  ["application/pdf", "attachment"],
  ["TEXT/HTML", "attachment"],
  ["text/html, image/png", "attachment"],
  ["image/png", undefined],
  ["image/avif", undefined],
  ["application/json", undefined],
])("serves an object of the type %s with the disposition %s", async (type, disposition) => {
  const { s3, endpoint } = await runProxy();
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body: "x", ContentType: type }));
  const { status, headers } = await send(endpoint, { path: `/${BUCKET}/a` });
  expect(status).toBe(200);
  expect(headers).toMatchObject({ "content-type": type, "x-content-type-options": "nosniff" });
  expect(headers["content-security-policy"]).toContain("sandbox");
  expect(headers["content-disposition"]).toBe(disposition);
});

it("keeps the name of a download", async () => {
  const { s3, endpoint } = await runProxy();
  const ContentDisposition = 'inline; filename="report.html"';
  await s3.send(
    new PutObjectCommand({
      Bucket: BUCKET,
      Key: "a",
      ContentType: "text/html",
      ContentDisposition,
      Body: "x",
    }),
  );
  const { headers } = await send(endpoint, { path: `/${BUCKET}/a` });
  expect(headers["content-disposition"]).toBe('attachment; filename="report.html"');
});

it("serves a bucket below .localhost", async () => {
  const { s3, endpoint } = await runProxy();
  await send(endpoint, {
    method: "PUT",
    path: "/a.jpg",
    headers: { host: `${BUCKET}.localhost` },
    body: "x",
  });
  const found = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: "a.jpg" }));
  expect(found.ContentLength).toBe(1);
});

const KEYS = ["k/cr\rlf.jpg", "k/a b+c&d<e>.jpg", "k/\u0001.jpg", "k/päron.jpg", "k/crlf\r\n.jpg"].toSorted();

it("lists any key form-encoded if the request asks for that", async () => {
  const { s3 } = await runProxy();
  for (const Key of KEYS) await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: "x" }));
  const request = { Bucket: BUCKET, Prefix: "k/", Delimiter: "/", EncodingType: "url" } as const;
  const { Contents = [], EncodingType, Prefix } = await s3.send(new ListObjectsV2Command(request));
  const decode = (text = "") => decodeURIComponent(text.replaceAll("+", " "));
  expect(EncodingType).toBe("url");
  expect(decode(Prefix)).toBe("k/");
  expect(Contents.map(({ Key }) => decode(Key))).toEqual(KEYS);
});

it("lists a key with a carriage return as it is, also without that", async () => {
  const { s3 } = await runProxy();
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "k/cr\rlf.jpg", Body: "x" }));
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  expect(Contents.map(({ Key }) => Key)).toEqual(["k/cr\rlf.jpg"]);
});
