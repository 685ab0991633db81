import { readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PROCESSED } from "@image-pipeline/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { consoleAccess } from "../../src/console/access.ts";
import { fauxqsPipeline, PIPELINES } from "../fauxqs-pipeline.ts";
import { temporaryFolder } from "../local-world.ts";
import { run } from "../run.ts";
import { runConsole, type TestConsole } from "./running-console.ts";

const state = temporaryFolder();
let running: TestConsole;
let cookie: string;

beforeAll(async () => {
  running = await runConsole({}, { state, pipelines: PIPELINES });
  const { headers } = await ask(new URL(running.address));
  cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
});
afterAll(() => running.close());

/** Node's own client: `fetch` does not let a caller choose the host. */
async function ask(url: URL, { method = "GET", ...headers }: Record<string, string> = {}) {
  const asked = request(url, { method, headers });
  const response = await new Promise<import("node:http").IncomingMessage>((resolve, reject) => {
    asked
      .on("response", resolve)
      .on("error", reject)
      .end(method === "POST" ? "{}" : undefined);
  });
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}
const at = (path: string) => new URL(path, running.origin);

/** The secrets of a console, as its page has them. */
function signedIn({ address, origin }: TestConsole): Record<string, string> {
  const token = new URL(address).searchParams.get("token") ?? "";
  const access = consoleAccess(Number(new URL(origin).port), token);
  return { cookie: access.cookie.split(";")[0] ?? "", "x-csrf-token": access.csrfToken };
}
/** Asks for a change that removes messages. */
const drop = ({ origin }: TestConsole, headers: Record<string, string>) =>
  ask(new URL("/api/dead-letters/drop", origin), {
    method: "POST",
    "content-type": "application/json",
    ...headers,
  });
const lastAudit = () =>
  JSON.parse(
    readFileSync(join(state, "image-pipeline/console-audit.jsonl"), "utf8").trim().split("\n").at(-1) ?? "",
  );

it("does not start for an environment that the config does not have", async () => {
  const { code, out, error } = await run(["console", "--environment", "prodd"], { pipelines: PIPELINES });
  expect({ code, out }).toEqual({ code: 2, out: [] });
  expect(error).toEqual([expect.stringContaining('unknown environment "prodd"')]);
});

describe("the console's server", () => {
  it("exchanges the token for a cookie that scripts and other sites do not get", async () => {
    const { status, headers } = await ask(new URL(running.address));
    expect([status, headers.location]).toEqual([303, "/"]);
    expect(String(headers["set-cookie"])).toMatch(
      /^console-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it("does not put the token into the cookie", () => {
    expect(cookie).not.toContain(new URL(running.address).searchParams.get("token"));
  });

  it.each(["/", "/api/session", "/images/a.jpg", "/?token=wrong"])(
    "refuses %s without the cookie",
    async (path) => {
      expect((await ask(at(path))).status).toBe(401);
    },
  );

  it.each(["attacker.example", "localhost.attacker.example", "127.0.0.1", "127.0.0.1:1"])(
    "refuses the host %s, to which a page may have bound its name",
    async (host) => {
      expect((await ask(at("/api/session"), { cookie, host })).status).toBe(403);
    },
  );

  it.each([
    { origin: "https://attacker.example" },
    { origin: "null" },
    { origin: "http://localhost:3000" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" },
  ])("refuses a request that another site's page has caused: %j", async (headers) => {
    expect((await ask(at("/api/session"), { cookie, ...headers })).status).toBe(403);
  });

  it("allows no script but its own files, and no frame around it", async () => {
    const { headers } = await ask(at("/"), { cookie });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
  });

  it("gives a page's script the CSRF token, which is neither the token nor the cookie", async () => {
    const { body } = await ask(at("/api/session"), { cookie });
    const { csrfToken } = JSON.parse(body);
    expect(csrfToken).toMatch(/^[\w-]{43}$/);
    expect([running.address, cookie].join()).not.toContain(csrfToken);
  });

  it("keeps the token in a file that only its user can read, so that open pages continue after a restart", async () => {
    const path = join(state, "image-pipeline/console-token");
    expect(running.address.endsWith(`?token=${readFileSync(path, "utf8")}`)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("has a new token in each console of a pipeline on AWS", async () => {
    const consoles = await Promise.all(
      [1, 2].map(() => runConsole({ environment: "dev" }, { state, pipelines: PIPELINES })),
    );
    const tokens = [running, ...consoles].map(({ address }) => new URL(address).searchParams.get("token"));
    expect(new Set(tokens).size).toBe(3);
    for (const each of consoles) await each.close();
  });
});

describe("a change in the console", () => {
  it.each([{}, { "x-csrf-token": "" }, { "x-csrf-token": "wrong" }, { "x-csrf-token": "A".repeat(43) }])(
    "is refused and audited without the page's CSRF token: %j",
    async (headers) => {
      const { status, body } = await drop(running, { cookie, ...headers });
      expect([status, JSON.parse(body).problem]).toEqual([
        403,
        "the page is from an earlier run of the console: load it again",
      ]);
      expect(lastAudit()).toMatchObject({ change: "POST /api/dead-letters/drop", outcome: "refused" });
    },
  );

  it("is refused on AWS without --allow-writes, even with the environment's name", async () => {
    const onAws = await runConsole({ environment: "dev" }, { state, pipelines: PIPELINES });
    const { status, body } = await drop(onAws, { ...signedIn(onAws), "x-environment": "dev" });
    expect([status, JSON.parse(body).problem]).toEqual([
      403,
      "this console is read-only: start it with --allow-writes",
    ]);
    expect(lastAudit()).toMatchObject({ environment: "dev", outcome: "refused" });
    await onAws.close();
  });

  it.each([undefined, "", "prod", "DEV", "dev ", "local"])(
    "is refused on AWS for the typed name %j, which is not the environment's",
    async (typed) => {
      const onAws = await runConsole(
        { environment: "dev", allowWrites: true },
        { state, pipelines: PIPELINES },
      );
      const name = typed === undefined ? {} : { "x-environment": encodeURIComponent(typed) };
      const { status, body } = await drop(onAws, { ...signedIn(onAws), ...name });
      expect([status, JSON.parse(body).problem]).toEqual([
        403,
        "type the environment's name, dev, to confirm the change",
      ]);
      await onAws.close();
    },
  );

  it("is tried on AWS with --allow-writes and the environment's name", async () => {
    // Without a config for the environment, it ends before a request to AWS.
    const onAws = await runConsole(
      { environment: "dev", allowWrites: true },
      { state, pipelines: new Map() },
    );
    const { status } = await drop(onAws, { ...signedIn(onAws), "x-environment": "dev" });
    expect([status, lastAudit().outcome]).toEqual([502, "failed"]);
    await onAws.close();
  });
});

describe("the console's files", () => {
  it("are renditions and uploads, never another object of the processed bucket", async () => {
    const pipeline = await fauxqsPipeline();
    const local = await runConsole({ endpoint: pipeline.endpoint }, { state, pipelines: PIPELINES });
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const s3 = new S3Client({
      endpoint: pipeline.endpoint,
      region: "us-east-1",
      credentials,
      forcePathStyle: true,
    });
    for (const Key of ["secrets/webhook.json", "renditions/a.webp"])
      await s3.send(new PutObjectCommand({ Bucket: PROCESSED, Key, Body: "bytes" }));
    s3.destroy();
    const file = (kind: string, key: string) =>
      ask(new URL(`/api/file?${new URLSearchParams({ kind, key })}`, local.origin), signedIn(local));
    const hidden = ["secrets/webhook.json", "/secrets/webhook.json", "renditions/../secrets/webhook.json"];
    for (const kind of ["rendition", "source", "secret", ""])
      for (const key of hidden)
        expect({ kind, key, ...(await file(kind, key)) }).toMatchObject({ kind, key, status: 404 });
    expect(await file("rendition", "renditions/a.webp")).toMatchObject({ status: 200, body: "bytes" });
    await local.close();
    await pipeline.stop();
  });
});
